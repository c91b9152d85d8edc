// Package large is an AWS account to measure a scan against: a server in the
// same process that answers as AWS would for an account of some 13,000
// instances, 2,000 identities and 391 buckets in 17 regions.
//
// A fast crawl of an account is one that keeps to AWS's request limits and
// wastes none of them, so what counts here is what a crawl meets in practice:
// pages of AWS's own sizes, latency that costs no CPU, and a token bucket for
// each API, account and region with the sizes that AWS documents. Server.Bound
// tells how fast a set of calls could be made at best under those limits.
//
// Nothing is stored. An answer is made up from a seed when it is asked for, so
// the same request has the same answer, an id that one answer names is found by
// the next, and the account costs no memory. Small answers are kept as bytes.
//
// The server reads; it changes nothing. An operation that it does not know has
// an empty result in its service's wire format and is listed by Server.Unknown,
// so that a test can insist that there are none.
package large
