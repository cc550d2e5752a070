// Reads, resumes and tells, in ten lines. What it does not do: notice silence, give up, mind the status.
const say = (type, fields) => console.log(JSON.stringify({ type, ...fields }));
const parse = (block) => Object.fromEntries(block.split("\n").map((line) => line.split(/: ?(.*)/s)));
for (let last = {}; last.event !== "complete"; await new Promise((wake) => setTimeout(wake, 1000))) try {
  let blocks = [""], { body } = await fetch(process.env.SSE_URL, { headers: last.id && { "Last-Event-ID": last.id } });
  say("state", { state: "open" });
  for await (const piece of body.pipeThrough(new TextDecoderStream()))
    for (const event of (blocks = (blocks.pop() + piece).split("\n\n")).slice(0, -1).map(parse))
      if ("data" in event) say("event", Object.assign(last, { event: "message" }, event));
} catch (error) { say("state", { state: "reconnecting" }); say("notice", { message: String(error) }); }
say("done");
