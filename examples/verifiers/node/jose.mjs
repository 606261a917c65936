// Verifies an access token with jose and the issuer's JWK set, and prints its claims.
//
//   npm ci --ignore-scripts
//   echo "$TOKEN" | ISSUER=http://localhost:3000 node jose.mjs
//
// The token comes by standard input: everybody on the machine can read a command line.
// Exit status: 0 good, 1 refused, 2 the keys could not be fetched.
import { text } from "node:stream/consumers";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";

const issuer = process.env.ISSUER ?? "http://localhost:3000";
const audience = process.env.AUDIENCE ?? issuer;
const jwksUri = process.env.JWKS_URI ?? `${issuer}/.well-known/jwks.json`;

// A service makes this once: it keeps the keys for five minutes, and fetches them anew for an
// unknown `kid`, at most every 30 seconds.
const keys = createRemoteJWKSet(new URL(jwksUri), {
  cacheMaxAge: 300_000,
  cooldownDuration: 30_000,
  timeoutDuration: 5_000,
});

/** The claims of a good token; throws for any other. */
export async function verify(token) {
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    audience,
    typ: "at+jwt", // only this is an access token (RFC 9068 section 4)
    algorithms: ["EdDSA", "ES256", "RS256"], // none that is symmetric; each key verifies its own `alg` only
    clockTolerance: 5,
    requiredClaims: ["exp", "iat", "sub", "jti", "client_id"],
  });
  // jose checks the types of times only.
  for (const name of ["aud", "sub", "jti", "client_id"]) {
    if (typeof payload[name] !== "string") {
      throw new errors.JWTClaimValidationFailed(`"${name}" must be text`, payload, name, "invalid");
    }
  }
  return payload;
}

try {
  console.log(JSON.stringify(await verify((await text(process.stdin)).trim()), null, 2));
} catch (error) {
  // What jose says of a token has a code of its own; its plain JOSEError and its timeout speak of the fetch.
  const refused =
    error instanceof errors.JOSEError &&
    error.code !== "ERR_JOSE_GENERIC" &&
    !(error instanceof errors.JWKSTimeout);
  console.error(`${refused ? "refused" : "unavailable"}: ${error.message}`);
  process.exitCode = refused ? 1 : 2;
}
