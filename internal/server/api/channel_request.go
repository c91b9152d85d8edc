package api

import (
	"cmp"
	"encoding/json"
)

// A channelRequest is the request for new channels. data is one object or an
// array: Terraform sends the one, the documents show the other.
type channelRequest struct {
	Data json.RawMessage `json:"data" doc:"One setting or an array of them: {relationships: {account: {data: {type, id}}}, attributes: {channel, enabled, manual, filter, configuration}}"`
}

// newChannel is one setting of a request.
type newChannel struct {
	Attributes struct {
		channelGiven
		// The form of earlier scripts: one account, several channels.
		AccountID string         `json:"accountId"`
		Settings  []channelGiven `json:"communicationSettings"`
	} `json:"attributes"`
	Relationships struct {
		Account struct {
			Data struct {
				ID        string `json:"id"`
				AccountID string `json:"accountId"`
			} `json:"data"`
		} `json:"account"`
	} `json:"relationships"`
}

// channelGiven is what a client says of a channel.
type channelGiven struct {
	Channel       string          `json:"channel"`
	Enabled       bool            `json:"enabled"`
	Manual        looseBool       `json:"manual"`
	Filter        json.RawMessage `json:"filter"`
	Configuration json.RawMessage `json:"configuration"`
}

// A channelWish is a channel to add, with its account; empty for the
// organisation.
type channelWish struct {
	account string
	given   channelGiven
}

// maxChannels bounds the channels of one request.
const maxChannels = 100

func (body *channelRequest) channels() ([]channelWish, error) {
	if isNull(body.Data) {
		return nil, BadRequest("data is missing; it is a setting or an array of settings")
	}
	var list []newChannel
	if isArray(body.Data) {
		if err := parse(body.Data, &list); err != nil {
			return nil, err
		}
	} else {
		var one newChannel
		if err := parse(body.Data, &one); err != nil {
			return nil, err
		}
		list = []newChannel{one}
	}
	var wishes []channelWish
	for _, n := range list {
		of := n.Relationships.Account.Data
		account := cmp.Or(of.ID, of.AccountID, n.Attributes.AccountID)
		if len(n.Attributes.Settings) == 0 {
			wishes = append(wishes, channelWish{account, n.Attributes.channelGiven})
		}
		for _, given := range n.Attributes.Settings {
			wishes = append(wishes, channelWish{account, given})
		}
	}
	switch {
	case len(wishes) == 0:
		return nil, BadRequest("data is an empty array; it holds at least one setting")
	case len(wishes) > maxChannels:
		return nil, Unprocessable("data holds %d settings; at most %d are added at once", len(wishes), maxChannels)
	}
	return wishes, nil
}

// isArray tells whether JSON is an array.
func isArray(data json.RawMessage) bool {
	for _, b := range data {
		switch b {
		case ' ', '\t', '\r', '\n':
		default:
			return b == '['
		}
	}
	return false
}

// channelChanges is the request to change a channel.
type channelChanges struct {
	Data struct {
		Attributes struct {
			Channel       string          `json:"channel"`
			Enabled       bool            `json:"enabled"`
			Manual        *looseBool      `json:"manual"`
			Filter        json.RawMessage `json:"filter"`
			Configuration json.RawMessage `json:"configuration"`
		} `json:"attributes"`
	} `json:"data"`
}

// A looseBool takes the empty text, which some documents show, for false.
type looseBool bool

// UnmarshalJSON reads true, false, null or "".
func (b *looseBool) UnmarshalJSON(data []byte) error {
	if string(data) == `""` {
		*b = false
		return nil
	}
	return json.Unmarshal(data, (*bool)(b))
}
