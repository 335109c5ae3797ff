package traces

func init() {
	priceFormats.register(format[*intake]{
		name:      "price-csv",
		doc:       "CSV, separated by commas, whose header names Timestamp and SpotPrice",
		looksLike: func(head []byte) bool { return columnsNamed(head, columnNames) > 0 },
		read:      func(text []byte, in *intake) { in.readCSV(text, columnNames, columnsNeeded, in.add) },
	})
}
