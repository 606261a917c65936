// A sign-in form as tutorials for React write it: three inputs, of which the second is asked for and not sent, a button
// beside the form, axios, the token in localStorage, an alert. `url`, `session` and `onTokens` are what an app adapts.
import axios from "axios";
import { useState } from "react";
import Footer from "./Footer";

export default function Login({ url, session, onTokens }) {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");

  async function signIn(event) {
    event.preventDefault();
    try {
      const { data } = await axios.post(url, { username, password, ...session });
      localStorage.setItem("access_token", data.access_token);
      alert("Login successful");
      onTokens?.(data);
    } catch (error) {
      console.error(error);
    }
  }

  return (
    <div>
      <form method="post">
        <input
          type="text"
          placeholder="Username"
          name="username"
          required
          value={username}
          onChange={({ target }) => setUsername(target.value)}
        />
        <input type="text" placeholder="Your email" />
        <input
          type="password"
          placeholder="Your Password"
          name="password"
          required
          value={password}
          onChange={({ target }) => setPassword(target.value)}
        />
      </form>
      <button type="submit" onClick={signIn}>
        Log In
      </button>
      <Footer />
    </div>
  );
}
