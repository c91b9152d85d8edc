package api

// catalogueRoutes are the calls on the catalogue: services with their rules, regions, resource types, providers.
var catalogueRoutes = []Route{}
