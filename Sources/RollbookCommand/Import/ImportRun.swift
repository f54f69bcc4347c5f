import Rollbook
import RollbookModel

/// An import as a person at a terminal follows it.
struct ImportRun {
    let settings: EffectiveSettings
    var replaces = false
    var maximumRejects = 0
    var rejectsPath: String?

    /// Imports what `source` makes of the warehouse, and says what happened.
    ///
    /// - Throws: ``CommandFailure``, after saying that nothing was imported.
    func run(_ source: @Sendable (Warehouse) async throws -> any RecordSource) async throws {
        let rejects = try RejectList(path: rejectsPath)
        let line = ProgressLine()
        let notes = NoteList()
        let start = ContinuousClock.now
        let observer = ImportObserver(
            onReject: { try await rejects.add($0) }, onNote: { await notes.add($0) },
            onProgress: { await line.show($0) },
            onMerge: { await line.show("checking and merging …") })
        let options = ImportOptions(replaces: replaces, maximumRejects: maximumRejects)
        let result: Result<LoadOutcome, any Error>
        do {
            result = .success(
                try await DatabaseAccess.withWarehouse(settings, creates: true) { warehouse in
                    try await warehouse.importRecords(
                        from: await source(warehouse), options: options, observer: observer)
                })
        } catch {
            result = .failure(error)
        }
        await line.clear()
        let flushed: Result<Void, any Error>
        do { flushed = .success(try await rejects.flush()) } catch { flushed = .failure(error) }
        for text in await notes.lines + rejects.lines { Terminal.complain(text) }
        switch result {
        case .success(let outcome):
            Self.summarize(outcome, seconds: (ContinuousClock.now - start) / .seconds(1))
            // What is imported is imported, also where the list of rejects could not be written.
            try flushed.get()
        case .failure(let error): throw Self.nothingImported(error)
        }
    }

    private static func summarize(_ outcome: LoadOutcome, seconds: Double) {
        let columns = ["inserted", "updated", "unchanged", "removed"].map { TextTable.Column($0, isNumeric: true) }
        let rows = outcome.tables.map { change in
            [change.table.rawValue]
                + [change.inserted, change.updated, change.unchanged, change.removed].map(Decimals.grouped)
        }
        Terminal.print(TextTable([.init("table")] + columns, rows: rows).text(width: nil))
        let rejected = outcome.rejected == 0 ? "none rejected" : "\(Decimals.grouped(Int64(outcome.rejected))) rejected"
        let change = outcome.hasChanged ? "" : "nothing changed; "
        Terminal.print("\(change)\(rejected); data version \(outcome.state.dataVersion); \(Decimals.short(seconds)) s")
    }

    private static func nothingImported(_ error: any Error) -> CommandFailure {
        let failure = CommandFailure(error, showsEngineWords: Terminal.showsEngineWords)
        let words = "nothing was imported"
        let message = failure.message.contains(words) ? failure.message : "\(failure.message); \(words)"
        return CommandFailure(failure.status, message, hints: failure.hints)
    }
}

/// The remarks on a source.
actor NoteList {
    private var notes: [SourceNote] = []

    func add(_ note: SourceNote) { notes.append(note) }

    var lines: [String] {
        notes.map { note in
            let place = note.file.map { "\($0): " } ?? ""
            return
                "note: \(place)\(note.message)\(note.count > 1 ? " (\(Decimals.grouped(Int64(note.count))) times)" : "")"
                .printable
        }
    }
}
