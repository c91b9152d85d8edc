// Package auth holds what it takes to know who calls the server and what they
// may do: passwords, API keys, one-time tokens, second factors, sessions,
// sign-in by OpenID Connect, roles, and what keeps those safe over HTTP.
//
// All of it works on values. Keeping users, keys and sessions is the store's
// business; what is to be kept is a hash wherever a hash will do, so that a
// copy of the database signs nobody in.
//
// A caller comes by a key ([ParseAuthorization], [KeyVerifier]) or by a session
// ([SessionFrom], [HashToken], [SessionAlive]), and is a [Principal] from then
// on ([WithPrincipal]). A request that has a key is never looked at for a
// session: [SameOrigin] exempts such requests from its check.
package auth
