package api

// accountBotRoutes are the calls on how accounts are scanned.
var accountBotRoutes = []Route{}
