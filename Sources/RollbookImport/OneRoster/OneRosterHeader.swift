/// A file's header beside the specification's: where the known columns stand, and what is not as it should be.
struct OneRosterHeader {
    /// Where each known column stands, by its name in the specification.
    let fields: [String: Int]
    /// What is not as the specification says.
    let notes: [String]

    init(_ columns: [String], of file: OneRosterFile) {
        let known = file.knownColumns
        let spelled = Dictionary(known.map { ($0.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
        var fields: [String: Int] = [:]
        var unknown: [String] = []
        var misspelled: [String] = []
        var places: [Int] = []
        for (index, column) in columns.enumerated() {
            let bare = column.filter { !$0.isWhitespace }
            guard let name = spelled[bare.lowercased()], fields[name] == nil else {
                if !bare.lowercased().hasPrefix("metadata.") { unknown.append(CSVTable.quoted(column)) }
                continue
            }
            if name != column { misspelled.append(CSVTable.quoted(column)) }
            fields[name] = index
            places.append(known.firstIndex(of: name) ?? 0)
        }
        self.fields = fields
        notes = Self.notes(unknown: unknown, misspelled: misspelled, isOrdered: places == places.sorted())
    }

    private static func notes(unknown: [String], misspelled: [String], isOrdered: Bool) -> [String] {
        var notes: [String] = []
        if !unknown.isEmpty {
            notes.append("columns that OneRoster has not, ignored: \(unknown.prefix(10).joined(separator: ", "))")
        }
        if !misspelled.isEmpty {
            notes.append("columns not in the standard's case: \(misspelled.prefix(10).joined(separator: ", "))")
        }
        if !isOrdered { notes.append("columns not in the standard's order") }
        return notes
    }
}
