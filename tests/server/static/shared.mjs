/** What the Python tests hand over: see tests/server/test_static_js.py. Without it those tests are missing here. */

import { readFileSync } from "node:fs";

const path = process.env.SSECHAOS_SHARED;

export const SHARED = path ? JSON.parse(readFileSync(path, "utf-8")) : null;

if (SHARED === null) console.warn("SSECHAOS_SHARED is not set: what is shared with Python is not tested");
