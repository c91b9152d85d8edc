package web

import (
	"strconv"
)

// A pager leads from one page of a list to its neighbours. Pages are counted
// from 1 in the parameter page.
type pager struct {
	First, Last, Total     int64 // of the rows shown, counted from 1
	Number                 int
	Pages                  int64
	PreviousPath, NextPath string // empty at the ends
}

// maxNumber bounds numbers in addresses: no list has as many pages.
const maxNumber = 1_000_000

// number is a parameter that is a whole number up to maxNumber; 0 when it is
// none.
func (v *visit) number(name string) int {
	n, err := strconv.Atoi(v.query(name))
	if err != nil || n < 0 {
		return 0
	}
	return min(n, maxNumber)
}

// pager is that of the page shown.
func (v *visit) pager(number int, total, size int64) pager {
	p := pager{Total: total, Number: number, Pages: (total + size - 1) / size}
	p.First = min(total, int64(number-1)*size+1)
	p.Last = min(total, int64(number)*size)
	to := func(n int) string {
		q := v.r.URL.Query()
		q.Set("page", strconv.Itoa(n))
		return link(v.r.URL.Path, q)
	}
	if number > 1 {
		p.PreviousPath = to(number - 1)
	}
	if int64(number) < p.Pages {
		p.NextPath = to(number + 1)
	}
	return p
}
