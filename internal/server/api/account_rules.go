package api

// accountRuleRoutes are the calls on the rule settings of accounts.
var accountRuleRoutes = []Route{}
