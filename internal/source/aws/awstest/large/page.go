package large

import (
	"fmt"
	"net/http"
	"strconv"
)

// paging is how a list is handed out in pages: the names of the parameters, how
// many things a page has when nothing is asked, and what may be asked.
type paging struct {
	size  string
	token string
	// normal is the size of a page when none is asked for; 0 is all there is.
	normal   int
	least    int
	most     int
	clipped  bool   // more than the most is taken for the most, not refused
	badToken string // the code of the error for a token that is not one of ours
	badSize  string
}

var (
	iamPages   = paging{size: "MaxItems", token: "Marker", normal: 100, least: 1, most: 1000, badToken: "InvalidInput", badSize: "ValidationError"}
	rdsPages   = paging{size: "MaxRecords", token: "Marker", normal: 100, least: 20, most: 100, badToken: "InvalidParameterValue", badSize: "InvalidParameterValue"}
	elbPages   = paging{size: "PageSize", token: "Marker", normal: 400, least: 1, most: 400, badToken: "ValidationError", badSize: "ValidationError"}
	queryPages = paging{size: "MaxRecords", token: "NextToken", normal: 50, least: 1, most: 100, badToken: "InvalidNextToken", badSize: "ValidationError"}
)

// ec2Pages are EC2's: without MaxResults the whole list comes at once.
func ec2Pages(least, most int) paging {
	return paging{size: "MaxResults", token: "NextToken", least: least, most: most, badToken: "InvalidNextToken", badSize: "InvalidParameterValue"}
}

// jsonPages are those of most JSON services, whose names differ in case alone.
func jsonPages(size, token string, normal, most int) paging {
	return paging{size: size, token: token, normal: normal, least: 1, most: most, badToken: "InvalidNextTokenException", badSize: "ValidationException"}
}

// window is the part of a list that an answer holds. next is empty on the last.
type window struct {
	from, to int
	next     string
}

// page reads which part of a list of so many things is asked for.
func (c *call) page(p paging, total int) (window, *fault) {
	size := p.normal
	if asked := c.str(p.size); asked != "" {
		n, err := strconv.Atoi(asked)
		if err != nil || n < p.least || n > p.most && !p.clipped {
			return window{}, faultf(http.StatusBadRequest, p.badSize,
				fmt.Sprintf("Value ( %s ) for parameter %s is invalid. Expecting a value between %d and %d.", asked, p.size, p.least, p.most))
		}
		size = min(n, p.most)
	}
	w := window{to: total}
	if token := c.str(p.token); token != "" {
		from, ok := c.offset(token)
		if !ok || from > total {
			return window{}, faultf(http.StatusBadRequest, p.badToken, "The token "+strconv.Quote(token)+" is not valid for "+c.operation)
		}
		w.from = from
	}
	if size > 0 && w.from+size < total {
		w.to = w.from + size
		w.next = c.tokenAt(w.to)
	}
	return w, nil
}

// A token holds the place in the list, and is good for the operation and the
// region that gave it alone.
func (c *call) tokenAt(offset int) string {
	return string(appendHex(nil, mix(uint64(offset)^c.tokenKey())))
}

func (c *call) offset(token string) (int, bool) {
	x, err := strconv.ParseUint(token, 16, 64)
	if err != nil || len(token) != 16 {
		return 0, false
	}
	v := unmix(x) ^ c.tokenKey()
	return int(v), v < 1<<32
}

func (c *call) tokenKey() uint64 {
	key := c.account.key + uint64(c.region)
	for _, b := range []byte(c.service.name + c.operation) {
		key = key*31 + uint64(b)
	}
	return mix(key)
}

// next writes the token of the next page, if there is one.
func (c *call) next(name string, w window) {
	if w.next != "" {
		c.w.str(name, w.next)
	}
}

// truncated writes IAM's way of saying it.
func (c *call) truncated(w window) {
	c.w.flag("IsTruncated", w.next != "")
	c.next("Marker", w)
}
