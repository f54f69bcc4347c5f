public import RollbookImport
public import RollbookModel
public import RollbookStore

/// How an import treats what is there and what cannot be stored.
public struct ImportOptions: Sendable {
    /// Whether what is gone from the source is removed from the tables that it fills.
    public var replaces: Bool
    /// How many records may be rejected before nothing is imported at all.
    public var maximumRejects: Int
    /// The definitions in force; their zone is that of the stored local dates. nil: those of the configuration.
    public var policy: Policy?

    /// Makes options.
    public init(replaces: Bool = false, maximumRejects: Int = 0, policy: Policy? = nil) {
        self.replaces = replaces
        self.maximumRejects = maximumRejects
        self.policy = policy
    }
}

/// Who is told what an import meets on its way.
public struct ImportObserver: Sendable {
    /// A record that cannot be stored.
    public var onReject: @Sendable (RejectedRecord) async throws -> Void
    /// A remark on the source that loses no record.
    public var onNote: @Sendable (SourceNote) async -> Void
    /// How far the reading is.
    public var onProgress: @Sendable (ReadProgress) async -> Void
    /// The reading is over; the records are being checked and merged.
    public var onMerge: @Sendable () async -> Void

    /// Makes an observer; what is not given is passed over.
    public init(
        onReject: @escaping @Sendable (RejectedRecord) async throws -> Void = { _ in },
        onNote: @escaping @Sendable (SourceNote) async -> Void = { _ in },
        onProgress: @escaping @Sendable (ReadProgress) async -> Void = { _ in },
        onMerge: @escaping @Sendable () async -> Void = {}
    ) {
        self.onReject = onReject
        self.onNote = onNote
        self.onProgress = onProgress
        self.onMerge = onMerge
    }
}

extension Warehouse {
    /// Imports a source: all of it or nothing. The same source twice changes nothing.
    ///
    /// - Throws: ``RollbookError`` with `unreadableSource`, `rejectedRecords` where more records were rejected than the
    ///   options allow, `invalidArgument` where a source of changes is to replace; as ``answer(_:)``.
    public func importRecords(
        from source: some RecordSource, options: ImportOptions = ImportOptions(),
        observer: ImportObserver = ImportObserver()
    ) async throws -> LoadOutcome {
        if options.replaces, case .delta = source.coverage {
            throw RollbookError(
                .invalidArgument, "this source holds only what has changed, so it cannot replace what is there",
                subject: "replace")
        }
        let loading = LoadOptions(
            origin: source.origin, replacedTables: options.replaces ? source.tables : [],
            zone: (options.policy ?? configuration.policy).timeZone, maximumRejects: options.maximumRejects)
        let dialect = engine.dialect
        let outcome = try await engine.write(deadline: .none) { session in
            let loader = try await RecordLoader(
                session: session, dialect: dialect, options: loading, onReject: observer.onReject)
            let sink = StoreSink(loader: loader, observer: observer)
            do {
                try await source.read(into: sink)
            } catch {
                // The batch that is being stored must not outlive the transaction.
                try? await sink.finish()
                throw error
            }
            try await sink.finish()
            await observer.onMerge()
            return try await loader.finish()
        }
        if outcome.hasChanged { await moved(to: outcome.state) }
        // The records are stored; that questions could be faster still is no reason to say otherwise.
        if outcome.hasChanged { try? await engine.tidy() }
        return outcome
    }

    /// What earlier imports of an origin left for its sources of changes to know.
    ///
    /// - Throws: as ``answer(_:)``.
    public func sourceMemory(of origin: String) async throws -> SourceMemory {
        try await engine.read(deadline: .none) { try await SourceMemory.read(of: origin, in: $0) }
    }
}

/// Hands a source's records to the store: while one batch is stored, the next is read.
private actor StoreSink: RecordSink {
    private let loader: RecordLoader
    private let observer: ImportObserver
    private var storing: Task<Void, any Error>?

    init(loader: RecordLoader, observer: ImportObserver) {
        self.loader = loader
        self.observer = observer
    }

    func receive(_ batch: RecordBatch) async throws {
        try await finish()
        if Task.isCancelled { throw RollbookError(.cancelled, "the import was cancelled") }
        storing = Task { [loader] in try await loader.stage(batch) }
    }

    func receive(parquet file: ParquetFile) async throws {
        try await finish()
        try await loader.stage(parquet: file.path, file: file.name, table: file.table)
    }

    func remove(_ identifiers: [SourceIdentifier], from table: RecordTable) async throws {
        await loader.remove(identifiers, from: table)
    }

    func remember(_ entries: [SourceMemory.Entry]) async throws {
        try await finish()
        try await loader.remember(entries)
    }

    func reject(_ record: RejectedRecord) async throws { try await loader.reject(record) }

    func note(_ note: SourceNote) async { await observer.onNote(note) }

    func progress(_ progress: ReadProgress) async { await observer.onProgress(progress) }

    /// Waits until the last batch is stored.
    func finish() async throws {
        let last = storing
        storing = nil
        try await last?.value
    }
}
