package auth

import (
	"context"
	"testing"
)

func TestAccess(t *testing.T) {
	const (
		none = iota
		read
		full
	)
	user := func(access map[string]Level) *Principal { return &Principal{Role: RoleUser, Access: access} }
	for name, test := range map[string]struct {
		p                                               *Principal
		acc1                                            int
		admin, seesAll, readsSomething, writesSomething bool
	}{
		"admin":             {&Principal{Role: RoleAdmin}, full, true, true, true, true},
		"power user":        {&Principal{Role: RolePowerUser}, full, false, true, true, true},
		"read only":         {&Principal{Role: RoleReadOnly}, read, false, true, true, false},
		"read only, listed": {&Principal{Role: RoleReadOnly, Access: map[string]Level{"acc1": LevelFull}}, read, false, true, true, false},
		"admin, listed":     {&Principal{Role: RoleAdmin, Access: map[string]Level{"acc1": LevelNone}}, full, true, true, true, true},
		"user, full":        {user(map[string]Level{"acc1": LevelFull}), full, false, false, true, true},
		"user, read":        {user(map[string]Level{"acc1": LevelRead}), read, false, false, true, false},
		"user, none":        {user(map[string]Level{"acc1": LevelNone}), none, false, false, false, false},
		"user, elsewhere":   {user(map[string]Level{"acc2": LevelFull}), none, false, false, true, true},
		"user, no list":     {user(nil), none, false, false, false, false},
		"user, odd level":   {user(map[string]Level{"acc1": "full"}), none, false, false, false, false},
		"no role":           {&Principal{Access: map[string]Level{"acc1": LevelFull}}, none, false, false, false, false},
		"odd role":          {&Principal{Role: "admin"}, none, false, false, false, false},
		"nobody":            {nil, none, false, false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.p.CanRead("acc1"); got != (test.acc1 >= read) {
				t.Errorf("CanRead: %v", got)
			}
			if got := test.p.CanWrite("acc1"); got != (test.acc1 == full) {
				t.Errorf("CanWrite: %v", got)
			}
			if got := test.p.IsAdmin(); got != test.admin {
				t.Errorf("IsAdmin: %v", got)
			}
			if got := test.p.SeesAll(); got != test.seesAll {
				t.Errorf("SeesAll: %v", got)
			}
			if got := test.p.CanReadSome(); got != test.readsSomething {
				t.Errorf("CanReadSome: %v", got)
			}
			if got := test.p.CanWriteSome(); got != test.writesSomething {
				t.Errorf("CanWriteSome: %v", got)
			}
		})
	}
}

func TestParseRoleAndLevel(t *testing.T) {
	for text, good := range map[string]bool{"ADMIN": true, "POWER_USER": true, "READ_ONLY": true, "USER": true, "admin": false, "": false, "READONLY": false} {
		if role, err := ParseRole(text); (err == nil) != good || good && string(role) != text {
			t.Errorf("role %q: %q, %v", text, role, err)
		}
	}
	for text, good := range map[string]bool{"NONE": true, "READONLY": true, "FULL": true, "full": false, "": false, "READ_ONLY": false} {
		if level, err := ParseLevel(text); (err == nil) != good || good && string(level) != text {
			t.Errorf("level %q: %q, %v", text, level, err)
		}
	}
}

func TestContext(t *testing.T) {
	if p, ok := From(context.Background()); ok || p != nil {
		t.Errorf("an empty context has the principal %v", p)
	}
	if p, ok := From(WithPrincipal(context.Background(), nil)); ok || p != nil {
		t.Errorf("nobody became the principal %v", p)
	}
	want := &Principal{UserID: "u1"}
	if p, ok := From(WithPrincipal(context.Background(), want)); !ok || p != want {
		t.Errorf("got %v, %v", p, ok)
	}
}
