// An Express resource server: express-oauth2-jwt-bearer verifies tokens that Vestibule issued.
//
//   npm ci --ignore-scripts
//   ISSUER=http://localhost:3000 PORT=3001 node express.mjs
//   curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:3001/protected
import express from "express";
import { auth } from "express-oauth2-jwt-bearer";

const issuer = process.env.ISSUER ?? "http://localhost:3000";

const signedIn = auth({
  issuer,
  jwksUri: process.env.JWKS_URI ?? `${issuer}/.well-known/jwks.json`,
  audience: process.env.AUDIENCE ?? issuer,
  // Without this line any asymmetric algorithm that the JWK set names is accepted; with it, one.
  tokenSigningAlg: process.env.TOKEN_SIGNING_ALG ?? "EdDSA",
  // RFC 9068: `typ` must be at+jwt, and iat, sub, jti and client_id must be there.
  strict: true,
  clockTolerance: 5,
  cacheMaxAge: 300_000, // the keys; for an unknown `kid` they are fetched anew,
  cooldownDuration: 30_000, // at most this often
  // Vestibule's tokens are bearer tokens. Left on, a request without a token is a 400.
  dpop: { enabled: false },
});

const app = express();
app.disable("x-powered-by");

app.get("/", (_request, response) => {
  response.json({ message: "Welcome to the Express API!" });
});

app.get("/protected", signedIn, (request, response) => {
  const { sub } = request.auth.payload;
  response.json({ message: "This is a protected route!", sub, claims: request.auth.payload });
});

// Express' own handler would show the stack.
app.use((error, _request, response, _next) => {
  const status = error.status ?? 500;
  response
    .status(status)
    .set(error.headers ?? {})
    .json({ message: status < 500 ? error.message : "Something went wrong." });
});

app.listen(Number(process.env.PORT ?? 3001), "127.0.0.1");
