package html

// NotModelled lists what no run models; docs/model.md has the same list.
var NotModelled = []string{
	"Instances that fail to boot, or that break by themselves.",
	"Shortage of on-demand capacity: an on-demand launch is refused only at the tenant's own limit.",
	"What the tenant's own demand does to prices and capacity.",
	"Data transfer and storage, unless a job has a price for moving its checkpoint.",
	"Taxes, and discounts such as reservations and savings plans.",
	"Work that runs faster or slower on one instance than on another of its type.",
	"Of a service: the cost of traffic and of the balancer, requests at work that slow each other, replicas that finish their requests before they are given back.",
}
