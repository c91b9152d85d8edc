package api

// resourceRoutes are the calls on the inventory.
var resourceRoutes = []Route{}
