package api

// customRuleRoutes are the calls on custom rules.
var customRuleRoutes = []Route{}
