package large

// retires is true of the few instances that AWS has scheduled for retirement.
func (c *call) retires(i int) bool { return c.roll(instances, c.region, i, 18, 800) == 0 }

func describeInstanceStatus(c *call) *fault {
	s, w, f := c.ec2Page(instanceKind, func(i int, name string) ([]string, bool) {
		switch name {
		case "event.code":
			if c.retires(i) {
				return []string{"instance-retirement"}, true
			}
			return nil, true
		case "instance-status.status", "system-status.status":
			return []string{"ok"}, true
		}
		return c.instanceValues(i, name)
	})
	if f != nil {
		return f
	}
	all := c.str("IncludeAllInstances") == "true"
	var shown []instance
	for n := w.from; n < w.to; n++ {
		if one := c.instance(c.region, s.at(n)); all || one.state == "running" {
			shown = append(shown, one)
		}
	}
	status := func(name, state string) {
		c.w.obj(name, func() {
			c.w.str("status", state)
			c.w.list("details", 1, func(int) {
				c.w.str("name", "reachability")
				c.w.str("status", "passed")
			})
		})
	}
	c.w.list("instanceStatusSet", len(shown), func(i int) {
		c.w.str("instanceId", shown[i].id)
		c.w.str("availabilityZone", zone(c.region, shown[i].subnet))
		c.w.obj("instanceState", func() {
			c.w.num("code", stateCode(shown[i].state))
			c.w.str("name", shown[i].state)
		})
		c.w.list("eventsSet", map[bool]int{true: 1}[c.retires(shown[i].i)], func(int) {
			c.w.str("instanceEventId", c.id("instance-event", instances, c.region, shown[i].i))
			c.w.str("code", "instance-retirement")
			c.w.str("description", "The instance is running on degraded hardware")
			c.w.time("notBefore", c.now.AddDate(0, 0, 9))
		})
		if shown[i].state == "running" {
			status("systemStatus", "ok")
			status("instanceStatus", "ok")
		}
	})
	c.next("nextToken", w)
	return nil
}
