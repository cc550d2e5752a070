// Reads, resumes and tells, in a dozen lines. What it does not do: notice silence, give up, mind the status.
const say = (type, fields) => console.log(JSON.stringify({ type, ...fields }));
for (let id, text, last; last !== "complete"; await new Promise((wake) => setTimeout(wake, 1000))) try {
  const { body } = await fetch(process.env.SSE_URL, { headers: id ? { "Last-Event-ID": id } : {} });
  say("state", { state: "open" }, (text = ""));
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (text += piece).split("\n\n");
    for (text = blocks.pop(); blocks.length; ) {
      const event = Object.fromEntries(blocks.shift().split("\n").map((line) => line.split(/: ?(.*)/s)));
      if ("data" in event) say("event", event, (id = event.id ?? id), (last = event.event));
    }
  }
  if (last !== "complete") throw new Error("the stream ended early");
} catch (error) { say("state", { state: "reconnecting" }); say("notice", { message: String(error) }); }
say("done");
