// Package customrule is the JSON language of custom rules: what a user's rule
// says ([Parse]), whether one resource meets it ([Rule.Evaluate]), and what of
// a resource a rule sees ([Document]). It knows no database and no HTTP.
//
// A rule names attributes of a resource by JSONPath and states conditions on
// them; conditions that are met mean success. The conditions behave as those
// of the npm package json-rules-engine with jsonpath-plus, for which users
// have written them: equality is JavaScript's ===, a path that meets nothing
// gives undefined, one that can meet several gives a list. Where that engine
// would guess we do not: a value that could not be read makes the answer
// unknown unless it is certain without it.
//
// Rules and paths come from users and may be hostile: sizes are bounded when a
// rule is read, work is bounded when it is evaluated.
package customrule
