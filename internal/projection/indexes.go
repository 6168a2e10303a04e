package projection

// Index is a secondary index of a read model's table. Each begins with the account and ends
// with the row's key.
type Index struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"` // in the table
	Serves  []string `json:"serves"`  // queries
}

// Indexes returns the table's indexes beside its primary key.
func (t *Table) Indexes() []Index {
	wanted := t.wantedIndexes()
	out := make([]Index, len(wanted))
	for i, index := range wanted {
		out[i] = Index{Name: index.name, Columns: index.cells, Serves: index.serves}
	}
	return out
}
