package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestGroups(t *testing.T) {
	s := newSite(t)
	s.get(admin, "/groups").want(200, "No groups yet", "/groups/new")
	s.get(reader, "/groups").want(200, "No groups yet").lacks("/groups/new")
	s.get(outsider, "/groups").want(200, "No account is open to you yet")
	s.get(powerUser, "/groups/new").want(403)

	form := url.Values{"name": {"Shop & co"}, "tags": {"payments, none"}, "do": {"show"}}
	s.post(admin, "/groups/new", form).want(200, "1 account with these tags", s.account.ID).lacks(s.other.ID)
	form.Set("do", "save")
	for field, bad := range map[string]string{"name": "ab", "tags": "a/b"} {
		wrong := url.Values{"name": form["name"], "tags": form["tags"]}
		wrong.Set(field, bad)
		s.post(admin, "/groups/new", wrong).want(422, `id="`+field+`-fault"`, `value="`+bad+`"`)
	}
	s.post(powerUser, "/groups/new", form).want(403)
	s.post(admin, "/groups/new", form).wantRedirect("/groups")
	groups, err := s.store.Groups(t.Context())
	if err != nil || len(groups) != 1 || groups[0].Name != "Shop & co" || !slices.Equal(groups[0].Tags, []string{"payments", "none"}) {
		t.Fatalf("stored %+v, %v", groups, err)
	}

	// The score of a group is that of all its accounts' checks.
	path := "/groups/" + groups[0].ID
	s.post(admin, path, url.Values{"name": {"Both"}, "tags": {"payments, web"}}).wantRedirect("/groups")
	s.merge(s.account, failing(1, 3))
	s.merge(s.other, failing(4, 0))
	s.get(admin, "/groups").want(200, "Both", "<b>62.5%</b>", "3 failures of Both")
	s.get(reader, "/groups").want(200, "<b>25.0%</b>")
	p := s.get(reader, path).want(200, "1 account", s.account.ID)
	p.lacks("<form", s.other.ID)
	if n := strings.Count(s.get(admin, path).want(200, "2 accounts").Body, "<form"); n != 2 {
		t.Errorf("the administrator sees %d forms", n)
	}
	s.post(writer, path+"/delete", nil).want(403)
	s.post(admin, path+"/delete", nil).wantRedirect("/groups")
	s.get(admin, path).want(404, "no such group")
}
