package web

var viewPages = []page{}
