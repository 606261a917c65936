// An app beside Vestibule on one origin: docs/beside-your-app.md.
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { accessToken, api, signOut } from "../../examples/beside/session.js";
import Login from "./Login";

function Shop() {
  const [person, setPerson] = useState();

  async function look() {
    const answer = (await accessToken()) && (await api("/api/v1/me"));
    setPerson(answer?.ok ? await answer.json() : null);
  }
  useEffect(() => {
    look();
    const hear = ({ key, newValue }) => (key === null || (key === "access_token" && newValue === null)) && look();
    addEventListener("storage", hear);
    return () => removeEventListener("storage", hear);
  }, []);

  if (person === undefined) return null;
  if (person)
    return (
      <main>
        <p>Signed in as {person.username}</p>
        <button onClick={look}>Look again</button>
        <button onClick={() => signOut().then(look)}>Sign out</button>
      </main>
    );
  return (
    <main>
      <a href="/login?next=/shop/">Sign in</a>
      <Login url="/api/v1/login" session={{ session: "cookie" }} onTokens={look} />
    </main>
  );
}

createRoot(document.getElementById("root")).render(<Shop />);
