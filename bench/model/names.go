package modelbench

import "strings"

// kinds and things name types: Sales and Invoice make SalesInvoice.
const (
	kinds = `Sales Purchase Bank Cash Stock Project Payroll Leave Asset Tax Budget Service Rental Contract Quality Freight Customs Travel
		Training Claim Pension Ledger Dealer Member Tenant Donor Fleet Recipe Batch Serial Shop Mail Portal Audit Case Survey Interim Group`
	things = `Invoice Order Entry Line Request Agreement Payment Statement Reminder Forecast Allocation Rate Schedule Approval Letter Ticket
		Plan Target Campaign Balance Transfer Receipt Return Discount Reservation Count Location Period Category Profile Template Role
		Permission Document Task Message Note`
	modules = `finance sales purchase stock projects payroll hrm crm assets tax service quality logistics portal`
	verbs   = `Entered Changed Approved Closed Reopened Assigned Priced Planned Moved Split Checked Sent`
	tellers = `Enter Change Approve Close Reopen Assign Price Plan Move Split Check Send`
)

// attribute is a name with its type, as in a file.
type attribute struct{ name, typ string }

// attributes are what types consist of; a type takes as many as it needs, from anywhere on.
func attributes() []attribute {
	return []attribute{
		{"Name", "{type: text, max: 100, optional: true}"}, {"Amount", "{type: money, optional: true}"},
		{"Day", "{type: date, optional: true}"}, {"Code", `{type: text, max: 20, pattern: "[A-Z0-9-]+", optional: true}`},
		{"Quantity", `{type: "decimal(12,3)", optional: true}`}, {"Blocked", "{type: bool, optional: true}"},
		{"Description", "{type: text, max: 400, optional: true}"}, {"Priority", `{type: "enum(low, normal, high)", optional: true}`},
		{"Price", "{type: money, optional: true}"}, {"Sequence", "{type: int, min: 0, optional: true}"},
		{"Reference", "{type: text, max: 60, optional: true}"}, {"Due", "{type: date, optional: true}"},
		{"Percentage", `{type: "decimal(5,2)", min: "0", max: "100", optional: true}`}, {"Contact", "{type: text, max: 80, personal: true, optional: true}"},
		{"Channel", `{type: "enum(web, mail, phone, desk)", optional: true}`}, {"Weight", `{type: "decimal(9,3)", optional: true}`},
		{"Seen", "{type: timestamp, optional: true}"}, {"Comment", "{type: text, max: 1000, optional: true}"},
		{"Discount", "{type: money, optional: true}"}, {"Start", "{type: date, optional: true}"},
		{"Finish", "{type: date, optional: true}"}, {"Unit", "{type: text, max: 10, optional: true}"},
		{"Hours", `{type: "decimal(7,2)", optional: true}`}, {"Final", "{type: bool, optional: true}"},
		{"Costs", "{type: money, optional: true}"}, {"Pieces", "{type: int, optional: true}"},
		{"Language", `{type: "enum(nl, en, de, fr)", optional: true}`}, {"Mark", "{type: text, max: 40, optional: true}"},
	}
}

// typeName names type i; there are names for 1,406.
func typeName(i int) string {
	first, second := strings.Fields(kinds), strings.Fields(things)
	return first[i%len(first)] + second[i%len(second)]
}

// pick returns word i of the words, counted round and round, and the round.
func pick(words string, i int) (word string, round int) {
	list := strings.Fields(words)
	return list[i%len(list)], i / len(list)
}
