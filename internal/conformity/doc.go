// Package conformity has the words of Cloud Conformity's model for Surety's
// things: ids, risk levels, services, resource types, the catalogue of rules,
// settings and filters. Scripts that were written for that product speak these
// words to Surety's HTTP API.
//
// Everything here is a function of its arguments and of data that is embedded:
// there is no database and no network. Data is parsed when it is first asked
// for.
package conformity
