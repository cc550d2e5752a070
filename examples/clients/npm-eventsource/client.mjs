// The npm package eventsource, as a page would use it: it reconnects by itself, and says so in onerror.
import { EventSource } from "eventsource";

const NAMES = ["message", "content_chunk", "heartbeat", "gap", "complete"]; // it hands out only what is listened to

const say = (type, fields) => console.log(JSON.stringify({ type, ...fields, at: Date.now() / 1000 }));

const source = new EventSource(process.env.SSE_URL);
say("state", { state: "connecting" });

source.onopen = () => say("state", { state: "open" });

source.onerror = (error) => {
  const message = error.message ?? "the connection is lost";
  if (source.readyState === EventSource.CLOSED) {
    say("state", { state: "closed" });
    say("error", { message });
  } else {
    say("state", { state: "reconnecting" });
    say("notice", { message: `${message}; connecting again` });
  }
};

for (const name of NAMES) {
  source.addEventListener(name, ({ data, lastEventId }) => {
    say("event", { id: lastEventId || null, event: name, data });
    if (name === "complete") {
      source.close();
      say("state", { state: "closed" });
      say("done");
    }
  });
}
