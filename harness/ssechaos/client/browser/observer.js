/**
 * Reads from a page what its user sees, and tells it as lines of the client command's protocol, each with its time.
 *
 * Runs before the page's own scripts, and touches nothing of theirs: it only watches the elements of the contract
 * (docs/browser-clients.md). What a page shows and takes back within one task, nobody has seen; only of the states
 * each one is told. An end is told last: the words and the state that belong to it are part of the same picture.
 */
(() => {
  const tell = globalThis.ssechaosSaw;
  if (window !== window.top || tell === undefined) return;

  const seconds = () => (performance.timeOrigin + performance.now()) / 1000;
  const shows = (element) => !element.hidden && element.textContent !== "";

  /** What an attribute was set to by each of its records, in order: the next record knows it as the old value. */
  const changes = (records, id, name) => {
    const own = records.filter(({ target, attributeName }) => target.id === id && attributeName === name);
    return new Map(own.map((record, place) => {
      const value = place + 1 < own.length ? own[place + 1].oldValue : record.target.getAttribute(name);
      return [record, { old: record.oldValue, value }];
    }));
  };

  const message = (element) => ({
    type: "event",
    id: element.dataset.id ?? null,
    event: element.dataset.event ?? "message",
    data: element.querySelector(".data")?.textContent,
  });

  const notice = ({ textContent, dataset }) => ({
    type: "notice",
    message: textContent,
    ...(dataset.attempt === undefined ? {} : { attempt: Number(dataset.attempt) }),
    ...(dataset.retryIn === undefined ? {} : { retry_in: Number(dataset.retryIn) }),
    ...(dataset.asked === undefined ? {} : { asked: Number(dataset.asked) }),
  });

  function* told(records) {
    const states = changes(records, "state", "data-state");
    const heartbeats = changes(records, "heartbeat", "data-count");
    const lastOfNotice = records.findLast(({ target, type }) => target.id === "notice" && type === "childList");
    for (const record of records) {
      const { target, addedNodes } = record;
      const state = states.get(record);
      const heartbeat = heartbeats.get(record);
      if (state && state.value !== state.old) yield { type: "state", state: state.value };
      if (heartbeat && Number(heartbeat.value) > Number(heartbeat.old)) {
        yield { type: "event", id: null, event: "heartbeat", data: target.title };
      }
      if (record === lastOfNotice && shows(target)) yield notice(target);
      if (target.id === "messages") {
        for (const added of addedNodes) if (added instanceof HTMLElement) yield message(added);
      }
    }
  }

  function* ends(records) {
    const touched = (id) => records.find(({ target }) => target.id === id)?.target;
    const error = touched("error");
    const done = touched("done");
    if (error && shows(error)) yield { type: "error", message: error.textContent };
    if (done && !done.hidden) yield { type: "done" };
  }

  const watch = (records) => {
    const at = seconds();
    const lines = [...told(records), ...ends(records)].map((line) => JSON.stringify({ ...line, at }));
    if (lines.length > 0) tell(lines);
  };
  new MutationObserver(watch).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeOldValue: true,
    attributeFilter: ["data-state", "data-count", "hidden"],
  });
})();
