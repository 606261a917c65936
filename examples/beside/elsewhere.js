// For an app on an origin of its own: the tokens of a session that was opened with `session: "token"`.
// They are in localStorage, so that the tabs of the app share them. Any script of the app's origin can read them.
const read = (key) => localStorage.getItem(key);

export function keep({ access_token, refresh_token, expires_in }) {
  localStorage.setItem("refresh_token", refresh_token);
  localStorage.setItem("access_token", access_token);
  localStorage.setItem("access_token_until", Date.now() + expires_in * 1000);
}

export function forget() {
  for (const key of ["refresh_token", "access_token", "access_token_until"]) localStorage.removeItem(key);
}

export function vestibule(origin) {
  const post = (path, body) =>
    fetch(origin + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

  // A refresh token works once, so one tab refreshes at a time, and stores the next one before it lets others go on.
  async function accessToken(refused) {
    const stored = () => {
      const token = read("access_token");
      return token !== refused && read("access_token_until") - Date.now() > 20_000 ? token : undefined;
    };
    return stored() ?? navigator.locks.request("refresh", async () => {
      const refresh_token = read("refresh_token");
      if (stored() || !refresh_token) return stored() ?? null;
      const answer = await post("/api/v1/token/refresh", { refresh_token });
      const body = await answer.json();
      if (answer.ok) {
        keep(body);
        await new Promise((seen) => setTimeout(seen, 100)); // a browser shows it to other tabs a moment later
        return body.access_token;
      }
      if (body.code !== "invalid_grant") throw new Error(body.code); // busy: try again later, with the same token
      forget();
      return null;
    });
  }

  async function api(path, init = {}) {
    const call = (token) =>
      fetch(origin + path, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
    const token = await accessToken();
    const answer = await call(token);
    const next = answer.status === 401 && (await accessToken(token));
    return next ? call(next) : answer;
  }

  async function signOut() {
    const answer = await post("/api/v1/logout", { refresh_token: read("refresh_token") });
    const isOver = [400, 401].includes(answer.status); // 401: another tab has signed out, and there is no token
    if (!answer.ok && !isOver) throw new Error((await answer.json()).code);
    forget();
  }

  return { accessToken, api, signOut };
}
