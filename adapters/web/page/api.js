/** Every request the page makes of its server, and how a refusal is told. */

import { serverSentEvents } from "./sse.js";
import { _ } from "./words.js";

/** A refusal or a failure in plain words. `status` is 0 when the server was not reached. */
export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const OWN_REQUEST = { "X-Requested-With": "whistle" };

async function send(method, path, { json, form, headers } = {}) {
  const options = { method, headers: { ...OWN_REQUEST, ...headers }, credentials: "same-origin" };
  if (form) options.body = form;
  if (json !== undefined) {
    options.body = JSON.stringify(json);
    options.headers["Content-Type"] = "application/json";
  }
  const response = await reach(path, options);
  if (response.status === 401) leave();
  if (!response.ok) throw await refusal(response);
  return response;
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new ApiError(0, "unreachable", _("The gym's server could not be reached. Check the connection and try again."));
  }
}

async function refusal(response) {
  const body = await response.json().catch(() => null);
  const message = body?.error?.message ?? _("The server could not do this ({status}). Try again in a moment.", { status: response.status });
  return new ApiError(response.status, body?.error?.code ?? "failed", message);
}

function leave() {
  location.replace("/page/signed_out.html");
}

async function read(method, path, options) {
  const response = await send(method, path, options);
  return response.json();
}

function query(values) {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return new URLSearchParams(given).toString();
}

export const me = () => read("GET", "/agent/me");

export async function history({ room, sessionId, before, limit = 60 }) {
  const { entries } = await read("GET", `/agent/history?${query({ room, sessionId, before, limit })}`);
  return entries;
}

export async function sessions(limit = 30) {
  return (await read("GET", `/agent/sessions?${query({ limit })}`)).sessions;
}

export async function newSession() {
  return (await read("POST", "/agent/sessions", { json: {} })).session;
}

export const deleteSession = (id) => send("DELETE", `/agent/sessions/${encodeURIComponent(id)}`);

export const press = (token) => read("POST", "/agent/press", { json: { token } });

export const usage = () => read("GET", "/agent/usage");

export async function uploadFile(file) {
  const form = new FormData();
  form.append("file", file, file.name);
  return (await read("POST", "/agent/files", { form })).id;
}

/** Sends words and yields {event, data} until the turn is done. The key makes a repeated send the same message. */
export async function* say(words, key) {
  const response = await send("POST", "/agent/stream", { json: words, headers: { "Idempotency-Key": key } });
  try {
    yield* serverSentEvents(response.body);
  } catch (problem) {
    if (problem instanceof ApiError) throw problem;
    throw new ApiError(0, "cut", _("The connection was cut while the answer was coming."));
  }
}

/** A key that no other message has, also where the page is not served over HTTPS. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
