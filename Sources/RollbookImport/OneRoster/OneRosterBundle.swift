public import RollbookModel

/// A OneRoster 1.1 or 1.2 CSV bundle: a folder, or a ZIP archive whose entries are streamed.
///
/// What becomes what:
/// - A **subject** is a course. OneRoster's own `subjects` is a list in free words, on courses and on classes, that the two
///   may contradict; a class has exactly one course, and the course's title is what people call the subject.
/// - **Students and teachers** are the users that `users.csv` (1.1), `roles.csv` (1.2) or an enrollment calls so. A user may
///   be both. Others (guardians, administrators) are left out and counted.
/// - **Enrollments** are those with the role `student`, active while their `endDate`, which is exclusive, is empty or after
///   today in the policy's zone; those with the role `teacher` say who teaches a class.
/// - **Materials** are line items, **material submissions** results: `fully graded` and `submitted` (which the standard
///   calls final) count with their score, as a percentage of the way from `resultValueMin` (0 where missing) to
///   `resultValueMax` (100 where missing), exactly; `partially graded` ones are not graded yet; `exempt` and
///   `not submitted` are left out and counted. They are submitted when the `scoreDate` begins in the policy's zone.
///
/// Every `sourcedId` is a text, also one that looks like a number. Records that are `tobedeleted` are removed. A delta
/// leans on what earlier bundles had the sink remember: the courses of classes, the points of line items, and the roles of
/// users, which add to those that it names itself. A record that needs one that nobody knows is rejected.
///
/// Records stream; held in memory are the classes' courses, the line items' ranges, and the roles of users.
public struct OneRosterBundle: RecordSource {
    /// `oneroster`.
    public let origin = "oneroster"
    /// `delta` where any file that is read is one, so that nothing is removed for being absent.
    public let coverage: SourceCoverage
    /// The tables of the files that are there and not absent by the manifest.
    public let tables: [RecordTable]

    let files: BundleFiles
    let modes: [OneRosterFile: OneRosterManifest.Mode]
    let notes: [SourceNote]
    let zone: Zone
    let today: CalendarDate
    let memory: SourceMemory

    /// Reads the bundle's manifest.
    ///
    /// - Parameters:
    ///   - path: a folder, or a ZIP archive; the files at its root or in the one folder there.
    ///   - zone: where days begin: the policy's zone.
    ///   - now: decides which enrollments are active.
    ///   - memory: what earlier bundles had their sinks remember; of use to deltas only.
    /// - Throws: ``RollbookError`` with `unreadableSource` where the path is no bundle, its version is another, or a file is
    ///   missing that the manifest promises.
    public init(path: String, zone: Zone, now: Instant, memory: SourceMemory = SourceMemory()) throws {
        files = try BundleFiles(path: path)
        self.zone = zone
        today = zone.date(of: now)
        let contents = try OneRosterContents(files)
        modes = contents.modes
        notes = contents.notes
        coverage = contents.modes.values.contains(.delta) ? .delta : .bulk
        self.memory = coverage == .delta ? memory : SourceMemory()
        let filled = Set(contents.modes.keys.flatMap(\.tables))
        tables = RecordTable.allCases.filter(filled.contains)
    }

    /// Reads users, courses, classes, enrollments, line items and results, in this order.
    ///
    /// - Throws: ``RollbookError`` with `unreadableSource` or `cancelled`; whatever the sink throws.
    public func read(into sink: any RecordSink) async throws {
        for note in notes { await sink.note(note) }
        try await OneRosterReading(self, sink: sink).read()
    }

    /// Opens a file that is there.
    func open(_ file: OneRosterFile) throws -> OneRosterTable? {
        guard let mode = modes[file], let name = OneRosterContents.name(of: file, in: files) else { return nil }
        return try OneRosterTable(file, source: files.open(name), name: name, mode: mode)
    }
}

/// Which files of a bundle are read, and what is to be said about the bundle as a whole.
struct OneRosterContents {
    private(set) var modes: [OneRosterFile: OneRosterManifest.Mode] = [:]
    private(set) var notes: [SourceNote] = []

    init(_ files: BundleFiles) throws {
        var manifest = OneRosterManifest()
        if let name = files.names.first(where: { $0.lowercased() == OneRosterManifest.fileName }) {
            manifest = try OneRosterManifest(files.open(name), name: name)
        }
        var unread = Set(files.names.filter { $0.lowercased() != OneRosterManifest.fileName })
        for file in OneRosterFile.allCases {
            let name = Self.name(of: file, in: files)
            let mode = try manifest.mode(of: file.rawValue, isThere: name != nil)
            guard let name, mode != .absent else { continue }
            modes[file] = mode
            unread.remove(name)
            if name != "\(file.rawValue).csv" {
                notes.append(SourceNote(file: name, message: "read as \(file.rawValue).csv"))
            }
        }
        guard !modes.isEmpty else {
            let known = OneRosterFile.allCases.map { "\($0.rawValue).csv" }.joined(separator: ", ")
            throw RollbookError(.unreadableSource, "the bundle has none of the files \(known) to be read")
        }
        notes +=
            manifest.notes
            + unread.sorted().map {
                SourceNote(file: $0, message: "not read: Rollbook has no records for what it holds")
            }
        if files.isEnclosed {
            notes.append(SourceNote(file: nil, message: "the files lie in a folder, not at the root"))
        }
        notes.append(
            SourceNote(
                file: nil,
                message:
                    "OneRoster has no attendance, no assignments with their grading, and no time of submission: the "
                    + "first two stay empty, and a result counts as submitted when its scoreDate begins"))
    }

    /// The file's name in the bundle. Some vendors give `roles.csv` the name of the other new file of 1.2.
    static func name(of file: OneRosterFile, in files: BundleFiles) -> String? {
        if let name = files.names.first(where: { $0.lowercased() == "\(file.rawValue).csv".lowercased() }) {
            return name
        }
        guard file == .roles, let name = files.names.first(where: { $0.lowercased() == "userprofiles.csv" }),
            let source = try? files.open(name), let columns = try? CSVTable(source, name: name).columns,
            Set(OneRosterFile.roles.neededColumns).isSubset(of: columns)
        else { return nil }
        return name
    }
}
