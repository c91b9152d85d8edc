package api

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

// A channelMember is one of the configuration of a channel.
type channelMember struct {
	name     string
	required bool
	// secret marks what gives access to the other side.
	secret bool
	// check says what is wrong with the value; empty when nothing is.
	check func(json.RawMessage) string
}

// channelMembers are those that each channel has, beside channelName. Further
// members are kept and not looked at.
var channelMembers = map[string][]channelMember{
	"email":      {{name: "users", required: true, check: isUsers}},
	"sms":        {{name: "users", required: true, check: isUsers}},
	"slack":      append([]channelMember{{name: "url", required: true, secret: true, check: isURL}, {name: "channel", required: true, check: isSlackChannel}}, displayMembers...),
	"ms-teams":   append([]channelMember{{name: "url", required: true, secret: true, check: isURL}, {name: "channel", check: isText}}, displayMembers...),
	"sns":        {{name: "arn", required: true, check: isTopic}},
	"pager-duty": {{name: "serviceName", required: true, check: isText}, {name: "serviceKey", required: true, secret: true, check: isText}},
	"webhook":    {{name: "url", required: true, secret: true, check: isURL}, {name: "securityToken", secret: true, check: isText}, {name: "headers", secret: true, check: isAnything}},
	"jira": {
		{name: "url", required: true, check: isURL}, {name: "username", required: true, check: isText}, {name: "apiToken", required: true, secret: true, check: isText},
		{name: "project", required: true, check: isText}, {name: "type", required: true, check: isText}, {name: "assigneeId", check: isText}, {name: "priority", check: isText},
	},
	"servicenow": {
		{name: "type", required: true, check: isOneOf("problem", "incident", "configurationTestResult")}, {name: "url", required: true, check: isURL},
		{name: "username", required: true, check: isText}, {name: "password", required: true, secret: true, check: isText},
		{name: "assignee", check: isText}, {name: "impact", check: isText}, {name: "urgency", check: isText}, {name: "dictionaryOverrides", check: isList},
	},
	"zendesk": {
		{name: "url", required: true, check: isURL}, {name: "username", required: true, check: isText},
		{name: "password", secret: true, check: isText}, {name: "apiToken", secret: true, check: isText},
		{name: "type", check: isText}, {name: "priority", check: isText}, {name: "groupId", check: isNumberOrText}, {name: "assigneeId", check: isNumberOrText},
	},
}

// displayMembers say what a message shows.
var displayMembers = []channelMember{
	{name: "displayIntroducedBy", check: isBool}, {name: "displayResource", check: isBool}, {name: "displayTags", check: isBool}, {name: "displayExtraData", check: isBool},
}

// maxChannelName is the length of a channel's label in characters, and
// maxConfiguration that of a configuration or a filter in bytes.
const (
	maxChannelName   = 20
	maxConfiguration = 64 << 10
)

// checkChannel is an error for the client when a channel is not as it must be.
func (c *Call) checkChannel(ch *store.Channel) error {
	if err := checkConfiguration(ch.Channel, ch.Configuration); err != nil {
		return err
	}
	if len(ch.Filter) > maxConfiguration {
		return channelError("filter", "it has %d bytes; at most %d are taken", len(ch.Filter), maxConfiguration)
	}
	if _, err := conformity.ParseFilterJSON(ch.Filter); err != nil {
		return channelError("filter", "%v", err)
	}
	if ch.Channel != "email" && ch.Channel != "sms" {
		return nil
	}
	var configuration struct{ Users []string }
	if err := json.Unmarshal(ch.Configuration, &configuration); err != nil {
		return err
	}
	seen, err := c.Store.Recipients(c.Context(), ch.Account, configuration.Users)
	if err != nil {
		return err
	}
	for _, user := range configuration.Users {
		sees, there := seen[user]
		switch {
		case !there:
			return channelError("configuration/users", "there is no user %.80q; GET /users lists the ids", user)
		case !sees:
			return channelError("configuration/users", "user %.80q may not read account %s; give them access first", user, ch.AccountID)
		}
	}
	return nil
}

func channelError(member, format string, args ...any) *Error {
	e := Unprocessable(strings.ReplaceAll(member, "/", ".")+": "+format, args...)
	e.Source = "/data/attributes/" + member
	return e
}

// checkConfiguration looks at what can be told of a configuration by itself.
func checkConfiguration(channel string, configuration json.RawMessage) error {
	members, ok := channelMembers[channel]
	if !ok {
		return channelError("channel", "%.80q is none; the channels are %s", channel, strings.Join(conformity.Channels, ", "))
	}
	if len(configuration) > maxConfiguration {
		return channelError("configuration", "it has %d bytes; at most %d are taken", len(configuration), maxConfiguration)
	}
	var given map[string]json.RawMessage
	if json.Unmarshal(configuration, &given) != nil || given == nil {
		return channelError("configuration", "it is missing, or no JSON object")
	}
	for _, m := range append([]channelMember{{name: "channelName", check: isChannelName}}, members...) {
		value := given[m.name]
		if isNull(value) {
			if m.required {
				return channelError("configuration/"+m.name, "it is missing; the channel %s needs it", channel)
			}
			continue
		}
		if wrong := m.check(value); wrong != "" {
			return channelError("configuration/"+m.name, "%s", wrong)
		}
		if m.required && isEmptyText(value) {
			return channelError("configuration/"+m.name, "it is empty; the channel %s needs it", channel)
		}
	}
	if channel == "zendesk" && isEmptyText(given["password"]) == isEmptyText(given["apiToken"]) {
		return channelError("configuration", "give password or apiToken, one of the two")
	}
	return nil
}

// withoutSecrets takes out of a configuration what gives access to the other
// side.
func withoutSecrets(channel string, configuration json.RawMessage) (json.RawMessage, error) {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(configuration, &given); err != nil {
		return nil, err
	}
	for _, m := range channelMembers[channel] {
		if m.secret {
			delete(given, m.name)
		}
	}
	return json.Marshal(given)
}

func isEmptyText(value json.RawMessage) bool { return isNull(value) || string(value) == `""` }

func isAnything(json.RawMessage) string { return "" }

// textOf is a JSON text.
func textOf(value json.RawMessage) (string, bool) {
	var text string
	err := json.Unmarshal(value, &text)
	return text, err == nil
}

func isText(value json.RawMessage) string {
	if _, ok := textOf(value); !ok {
		return "it must be a text"
	}
	return ""
}

func isNumberOrText(value json.RawMessage) string {
	var number json.Number
	if isText(value) != "" && json.Unmarshal(value, &number) != nil {
		return "it must be a number or a text"
	}
	return ""
}

func isBool(value json.RawMessage) string {
	if s := string(value); s != "true" && s != "false" {
		return "it must be true or false"
	}
	return ""
}

func isList(value json.RawMessage) string {
	if !isArray(value) {
		return "it must be an array"
	}
	return ""
}

func isOneOf(values ...string) func(json.RawMessage) string {
	return func(value json.RawMessage) string {
		if text, ok := textOf(value); !ok || !slices.Contains(values, text) {
			return "it must be one of " + strings.Join(values, ", ")
		}
		return ""
	}
}

func isUsers(value json.RawMessage) string {
	var users []string
	if json.Unmarshal(value, &users) != nil {
		return "it must be an array of ids of users"
	}
	if len(users) == 0 {
		return "it is empty; name at least one user"
	}
	return ""
}

func isChannelName(value json.RawMessage) string {
	text, ok := textOf(value)
	if n := utf8.RuneCountInString(text); !ok || n > maxChannelName {
		return fmt.Sprintf("it must be a text of at most %d characters", maxChannelName)
	}
	return ""
}

func isSlackChannel(value json.RawMessage) string {
	if text, ok := textOf(value); !ok || len(text) < 2 || text[0] != '#' && text[0] != '@' {
		return "it must begin with # for a channel or @ for a person"
	}
	return ""
}

// topic is the ARN of a topic: its name has up to 256 characters, and one that
// keeps the order ends in .fifo.
// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
var topic = regexp.MustCompile(`^arn:aws(-[a-z]+)*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$`)

func isTopic(value json.RawMessage) string {
	if text, ok := textOf(value); !ok || !topic.MatchString(text) {
		return "it must be the ARN of a topic, such as arn:aws:sns:us-east-1:111122223333:alerts"
	}
	return ""
}
