// For an app on the origin of Vestibule: the access token of the person who is signed in, or null where nobody is.
// It is refreshed by the session cookie when it is about to end; `refused` is a token that an API did not take.
const KEY = "access_token";

function isGood(token) {
  try {
    const claims = JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    return claims.exp - Date.now() / 1000 > 20;
  } catch {
    return false;
  }
}

export async function accessToken(refused) {
  const stored = () => [localStorage.getItem(KEY)].find((token) => token !== refused && isGood(token));
  // Pages of Vestibule take the same lock: one tab refreshes, the others use what it has stored.
  return stored() ?? navigator.locks.request("vestibule-refresh", async () => {
    if (stored()) return stored();
    const answer = await fetch("/api/v1/token/refresh", { method: "POST" });
    const { access_token, code } = await answer.json();
    if (answer.ok) {
      localStorage.setItem(KEY, access_token);
      await new Promise((seen) => setTimeout(seen, 100)); // a browser shows it to other tabs a moment later
      return access_token;
    }
    if (code !== "missing_session" && code !== "invalid_grant") throw new Error(code); // busy: try again later
    if (localStorage.getItem(KEY)) {
      localStorage.setItem(KEY, ""); // other tabs then ask for themselves; without this line they take it for a sign-out
      localStorage.removeItem(KEY);
    }
    return null;
  });
}

// A call with the token, and once more with another one where it was refused.
export async function api(path, init = {}) {
  const call = (token) => fetch(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
  const token = await accessToken();
  const answer = await call(token);
  const next = answer.status === 401 && (await accessToken(token));
  return next ? call(next) : answer;
}

export async function signOut() {
  const answer = await fetch("/api/v1/logout", { method: "POST" });
  if (!answer.ok && answer.status !== 401) throw new Error((await answer.json()).code);
  localStorage.removeItem(KEY); // other tabs leave too
}
