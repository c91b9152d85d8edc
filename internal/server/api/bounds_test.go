package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/server/api"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

// TestBounds sends more than there should be of everything. It is refused with
// what is wrong, and nothing is kept.
func TestBounds(t *testing.T) {
	s := newServer(t)
	long, huge := strings.Repeat("x", 300), strings.Repeat("x", 70_000)
	account := "/v1/accounts/" + s.account.ID
	var settings []string
	for i := range 5001 {
		settings = append(settings, fmt.Sprintf(`{"id":"EC2-%d","enabled":true,"riskLevel":"LOW","provider":"aws"}`, 10_000+i))
	}
	for name, test := range map[string]struct {
		caller, method, path, body string
		status                     int
		text                       string
	}{
		"a long name":              {writer, "PATCH", account, `{"data":{"attributes":{"name":"` + long + `"}}}`, 422, "name has 300 characters"},
		"a name with a line's end": {writer, "PATCH", account, `{"data":{"attributes":{"name":"a\u0007b"}}}`, 422, "control character"},
		"a long environment":       {writer, "PATCH", account, `{"data":{"attributes":{"environment":"` + long + `"}}}`, 422, "environment has 300 characters"},
		"a long code":              {writer, "PATCH", account, `{"data":{"attributes":{"code":"abcd"}}}`, 422, "up to 3 characters"},
		"a long new name":          {admin, "POST", "/v1/accounts", strings.Replace(newAccount, `"data", "env`, `"`+long+`", "env`, 1), 422, "name has 300 characters"},
		"an odd external id":       {admin, "POST", "/v1/accounts", strings.Replace(newAccount, `"x1"`, `"x\" y"`, 1), 422, "externalId has"},
		"another odd one":          {admin, "PATCH", account + "/access", `{"data":{"attributes":{"configuration":{"externalId":"a b"}}}}`, 422, "externalId has"},
		"many settings":            {writer, "PATCH", account + "/settings/rules", `{"data":{"attributes":{"ruleSettings":[` + strings.Join(settings, ",") + `]}}}`, 422, "at most 5000"},
		"a long filter": {writer, "POST", "/v1/settings/communication", `{"data":{"relationships":{"account":{"data":{"id":"` + s.account.ID + `"}}},` +
			strings.Replace(slackBody, `"enabled"`, `"filter":{"unknown":"`+huge+`"},"enabled"`, 1) + `}}`, 422, "filter: it has"},
		"many words":         {reader, "GET", "/v1/checks?accountIds=all&filter[message]=" + strings.Repeat("a+", 101), "", 422, "101 words"},
		"a long event":       {reader, "GET", "/v1/events?filter[name]=" + huge[:50_000], "", 422, "filter[name] has"},
		"a large body":       {writer, "POST", "/v1/checks", `{"data":[],"more":"` + strings.Repeat("x", 5<<20) + `"}`, 413, "larger than 4 MB"},
		"a larger one":       {admin, "POST", "/v1/profiles", `{"data":{},"more":"` + strings.Repeat("x", 21<<20) + `"}`, 413, "larger than 20 MB"},
		"nested JSON":        {writer, "POST", "/v1/checks", strings.Repeat("[", 1<<20), 400, ""},
		"an outsider's wish": {outsider, "POST", "/v1/template-scanner/scan", templateBody(t, map[string]any{"type": "cloudformation-template", "contents": bucketTemplate, "profileId": "any"}), 403, "may not read"},
	} {
		t.Run(name, func(t *testing.T) {
			s := *s
			s.t = t
			before := s.everything()
			got := s.do(test.caller, test.method, test.path, test.body)
			if detail, _ := at(got.want(test.status), "errors", 0, "detail").(string); !strings.Contains(detail, test.text) {
				t.Errorf("the error is %.300s", detail)
			}
			if before != s.everything() {
				t.Error("something was changed")
			}
		})
	}
	// As many values as a filter takes are no error of the database.
	var values []string
	for i := range 5000 {
		values = append(values, fmt.Sprintf(`"t%d"`, i))
	}
	many := strings.Join(values, ",")
	filter := `{"tags":[` + many + `],"filterTags":[` + many + `],"regions":[` + many + `],"services":[` + many + `],"ruleIds":[` + many + `],"resourceTypes":[` + many + `]}`
	s.ok(writer, "POST", "/v1/checks/suppress", bulk(`{"suppressed":true}`, filter, `"`+s.account.ID+`"`, `{}`))
}

// TestOutOfReach makes the calls that name accounts in the query, or none, as
// users with access to one: nothing of another account is in an answer.
func TestOutOfReach(t *testing.T) {
	s := newServer(t)
	for caller, p := range s.callers {
		s.addUser(p.UserID, string(p.Role), caller+"@example.com", nil)
	}
	const secret = "the-secret-bucket"
	hidden := bucketOf(secret, map[string]string{"team": secret})
	hidden.Excluded = []string{"S3-001"}
	s.merge(s.account, []store.Found{bucketCheck("a", store.Failure)}, bucketOf("a", nil))
	s.merge(s.other, []store.Found{bucketCheck(secret, store.Failure)}, hidden)
	s.event(store.Event{Name: "account.updated", Account: s.other.Num, Description: secret})
	s.event(store.Event{Name: "group.created", Description: secret})
	group, _ := at(s.ok(admin, "POST", "/v1/groups", `{"data":{"attributes":{"name":"Both","tags":["payments","web"]}}}`), "data", "id").(string)

	for _, path := range []string{
		"/checks?", "/checks/export?", "/resources?", "/resources?excluded=true&", "/events?", "/rtm/events?", "/statistics/score?", "/statistics/evolution?",
		"/compliance-standards/outcome/AWAF?",
	} {
		for _, caller := range []string{writer, reader, outsider} {
			for _, ids := range []string{s.other.ID, s.account.ID + "," + s.other.ID} {
				s.do(caller, "GET", "/v1"+path+"accountIds="+ids, "").want(http.StatusForbidden)
			}
		}
	}
	mine := "accountIds=" + s.account.ID
	for _, path := range []string{
		"/accounts", "/groups", "/groups/" + group, "/checks?accountIds=all", "/checks?filter[text]=secret&" + mine, "/checks/export?accountIds=all", "/resources?accountIds=all&include=document",
		"/resources?excluded=true", "/resources?excluded=true&accountIds=all", "/resources?filter[text]=secret&" + mine, "/events", "/rtm/events", "/events?accountIds=all", "/events?accountIds=,",
		"/statistics/score", "/statistics/score?groupId=" + group, "/statistics/evolution?groupId=" + group, "/compliance-standards/outcome/AWAF", "/compliance-standards/outcome/AWAF?accountIds=all",
		"/users/whoami", "/checks?page[after]=first&accountIds=all",
	} {
		for _, caller := range []string{writer, reader, outsider} {
			got := s.do(caller, "GET", "/v1"+path, "")
			if got.Status != http.StatusOK && got.Status != http.StatusForbidden {
				t.Errorf("%s as %s: the status is %d: %s", path, caller, got.Status, got.Body)
			}
			for _, leak := range []string{s.other.ID, s.other.AWSID, secret} {
				if strings.Contains(string(got.Body), leak) {
					t.Errorf("%s as %s shows %s: %s", path, caller, leak, got.Body)
				}
			}
		}
	}
	if failures := at(s.ok(reader, "GET", "/v1/statistics/score?groupId="+group, ""), "data", "attributes", "failure"); failures != 1.0 {
		t.Errorf("the score of the group counts %v failures for one who sees one account of it", failures)
	}
	// What names accounts in the body.
	for _, caller := range []string{writer, reader} {
		s.do(caller, "PATCH", "/v1/accounts/"+s.account.ID+"/settings/bot", `{"data":{"attributes":{"settings":{"bot":{"delay":2}}}},"meta":{"otherAccounts":["`+s.other.ID+`"]}}`).want(http.StatusForbidden)
		s.do(caller, "POST", "/v1/template-scanner/scan", templateBody(t, map[string]any{"type": "cloudformation-template", "contents": bucketTemplate, "accountId": s.other.ID})).want(http.StatusForbidden)
	}
	if bot := at(s.ok(admin, "GET", "/v1/accounts/"+s.other.ID, ""), "data", "attributes", "settings", "bot"); bot != nil {
		t.Errorf("the other account's bot is %v", bot)
	}
}

// direct is the API without a connection, for one who administrates.
func (s *server) direct(change func(*api.Options)) *api.API {
	library, set := knowledge()
	options := api.Options{
		Store: s.store, Library: library, Standards: set, Queue: s.queue, Log: slog.New(slog.NewTextHandler(s.t.Output(), nil)), Now: func() time.Time { return s.now },
		Address:  func(*http.Request) string { return "" },
		Identify: func(*http.Request) (auth.Principal, error) { return s.callers[admin], nil },
	}
	if change != nil {
		change(&options)
	}
	return api.New(options)
}

// TestLinkBehindProxy: a link that is as good as a password is not sent over
// HTTP by a server that is reached by HTTPS, through a proxy.
func TestLinkBehindProxy(t *testing.T) {
	s := newServer(t)
	for secure, want := range map[bool]string{true: "https://surety.test/welcome/", false: "http://surety.test/welcome/"} {
		a := s.direct(func(o *api.Options) { o.Secure = func(*http.Request) bool { return secure } })
		w := httptest.NewRecorder()
		a.ServeHTTP(w, httptest.NewRequest("POST", "http://surety.test/v1/users", strings.NewReader(newUserBody)))
		var body map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
			t.Fatal(err)
		}
		if link, _ := at(body, "meta", "link").(string); !strings.HasPrefix(link, want) {
			t.Errorf("the link is %q: %s", link, w.Body)
		}
	}
}

// TestSlowStranger: a client without a key that does not send the body it has
// announced is cut off, also where a call may take as long as it likes.
func TestSlowStranger(t *testing.T) {
	s := newServer(t)
	listener := httptest.NewUnstartedServer(s.direct(func(o *api.Options) {
		o.Identify = func(*http.Request) (auth.Principal, error) { return auth.Principal{}, auth.ErrNobody }
	}))
	listener.Config.ReadTimeout = 100 * time.Millisecond
	listener.Start()
	defer listener.Close()
	for _, route := range api.New(api.Options{}).Routes() {
		if !route.Long || route.Method == "GET" {
			continue
		}
		conn, err := net.Dial("tcp", listener.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "%s /v1%s HTTP/1.1\r\nHost: surety.test\r\nContent-Length: 10\r\n\r\n{", route.Method, route.Path)
		if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if answer, err := io.ReadAll(conn); err != nil || !strings.Contains(string(answer), "explicit deny") {
			t.Errorf("%s %s: %v after %s", route.Method, route.Path, err, answer)
		}
	}
}

// A stuck body does not end until its request does.
type stuck struct {
	begun chan<- struct{}
	ended <-chan struct{}
}

func (b stuck) Read([]byte) (int, error) {
	b.begun <- struct{}{}
	<-b.ended
	return 0, io.ErrUnexpectedEOF
}

// TestTemplatesInMemory: of the templates that are sent at the same time, only
// a few are read into memory; the others are not read, and told to wait.
func TestTemplatesInMemory(t *testing.T) {
	s := newServer(t)
	a := s.direct(nil)
	begun, ended := make(chan struct{}, 100), make(chan struct{})
	scan := func(ctx context.Context) int {
		w := httptest.NewRecorder()
		a.ServeHTTP(w, httptest.NewRequest("POST", "/v1/template-scanner/scan", stuck{begun, ended}).WithContext(ctx))
		return w.Code
	}
	const inMemory = 8
	done := make(chan int, inMemory)
	for range inMemory {
		go func() { done <- scan(context.Background()) }()
	}
	for range inMemory {
		<-begun
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if status := scan(ctx); status != http.StatusServiceUnavailable || len(begun) > 0 {
		t.Errorf("the status of one more is %d, and %d were read", status, len(begun))
	}
	close(ended)
	for range inMemory {
		if status := <-done; status != http.StatusBadRequest {
			t.Errorf("the status of a body that is cut is %d", status)
		}
	}
}
