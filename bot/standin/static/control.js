// Talking to the stand-in's control.

const ask = async (path, options) => {
  const response = await fetch(`/control/${path}`, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
};

export const listPeople = () => ask("people?limit=50");

export const act = (person, verb, body = {}) =>
  ask(`people/${person}/${verb}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

// Calls `shown` with the chat at once and at every change, `lost` when the line breaks; gives a function that stops it.
export const follow = (person, shown, lost) => {
  const source = new EventSource(`/control/events?person=${person}`);
  source.addEventListener("chat", (event) => shown(JSON.parse(event.data)));
  source.addEventListener("error", lost);
  return () => source.close();
};
