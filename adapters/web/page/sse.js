/** Reads server-sent events from the body of an answer, as they come. */

/** Yields {event, data}; data is parsed JSON. */
export async function* serverSentEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let kept = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    kept = (kept + value).replace(/\r\n/g, "\n");
    const blocks = kept.split("\n\n");
    kept = blocks.pop();
    for (const block of blocks) {
      const event = readBlock(block);
      if (event) yield event;
    }
  }
}

function readBlock(block) {
  let event = "message";
  const data = [];
  for (const line of block.split("\n")) {
    const at = line.indexOf(":");
    if (at <= 0) continue;
    const value = line.slice(at + 1).replace(/^ /, "");
    if (line.startsWith("event")) event = value;
    if (line.startsWith("data")) data.push(value);
  }
  return data.length ? { event, data: JSON.parse(data.join("\n")) } : null;
}
