// Sends one file to the server and tells how far it is. Resolves with the stored upload; rejects with a Refusal or an Error.
const PATIENCE = 120000; // ms for one file

/** The server has answered, and said no. */
export class Refusal extends Error {}

function answerOf(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {};
  }
}

/** Why, in the words of the fields that are wrong or of the whole. */
function reasonOf(answer) {
  const fields = Object.values(answer.errors ?? {}).flat().map((problem) => problem.message);
  return fields.length ? fields.join(' ') : answer.detail;
}

/** `parts`: file, kind and what is known of time and place. `tell` hears the share that is sent, 0 to 1. */
export function send(form, parts, tell = () => {}) {
  const body = new FormData();
  Object.entries(parts).forEach(([name, value]) => {
    if (value instanceof Blob) body.append(name, value, value.name ?? parts.name);
    else if (value !== undefined && value !== null && name !== 'name') body.append(name, value);
  });
  if (form.dataset.task) body.append('task_id', form.dataset.task);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', form.dataset.uploadUrl);
    request.timeout = PATIENCE;
    request.setRequestHeader('X-CSRFToken', form.elements.csrf_token.value);
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Accept-Language', document.documentElement.lang);
    request.upload.onprogress = (event) => { if (event.lengthComputable) tell(event.loaded / event.total); };
    request.onerror = () => reject(new Error('no connection'));
    request.ontimeout = request.onerror;
    request.onload = () => {
      const answer = answerOf(request);
      if (request.status < 300 && answer.id) resolve(answer);
      else if (request.status >= 500 || request.status === 0) reject(new Error(String(request.status)));
      else reject(new Refusal(reasonOf(answer) ?? String(request.status)));
    };
    request.send(body);
  });
}
