import RollbookModel

/// One record of a made-up school, before it is laid out in columns.
protocol GeneratedRow: Sendable {
    static var table: RecordTable { get }
    /// The columns of the table, filled from rows.
    static func columns(of rows: ArraySlice<Self>) -> [BatchColumn]
}

/// Makes the rows of one table, portion by portion, so that no more than a portion is ever held.
protocol RowMaker {
    associatedtype Row: GeneratedRow
    var portionCount: Int { get }
    /// Adds the rows of a portion. Portions are asked for once each, in order.
    mutating func append(portion: Int, to rows: inout [Row])
}

/// What stands between the makers and the sink: gathers rows and hands them over in batches.
struct RowDelivery {
    let sink: any RecordSink
    private static let batchSize = 8192

    /// Has a maker make all its rows.
    func deliver<Maker: RowMaker>(_ given: Maker) async throws {
        var maker = given
        var rows: [Maker.Row] = []
        var delivered = 0
        for portion in 0..<maker.portionCount {
            maker.append(portion: portion, to: &rows)
            let isLast = portion == maker.portionCount - 1
            guard rows.count >= Self.batchSize || isLast else { continue }
            try await send(rows, startingAt: delivered)
            delivered += rows.count
            rows.removeAll(keepingCapacity: true)
            // How many there will be shows only at the end: the portions made so far are the measure.
            let expected = Int64(delivered) * Int64(maker.portionCount) / Int64(portion + 1)
            await sink.progress(
                ReadProgress(
                    file: Maker.Row.table.rawValue, records: Int64(delivered), bytesRead: Int64(delivered),
                    bytesTotal: expected))
        }
    }

    private func send<Row: GeneratedRow>(_ rows: [Row], startingAt delivered: Int) async throws {
        var start = 0
        repeat {
            if Task.isCancelled { throw RollbookError(.cancelled, "The generation of the school was cancelled.") }
            let end = min(start + Self.batchSize, rows.count)
            var batch = RecordBatch(table: Row.table, file: Row.table.rawValue)
            batch.lines = (start..<end).map { Int64(delivered + $0 + 1) }
            batch.columns = Row.columns(of: rows[start..<end])
            try await sink.receive(batch)
            start = end
        } while start < rows.count
    }
}

extension ArraySlice {
    /// A column of ids; records are counted from zero here and from one outside.
    func identifiers(_ index: (Element) -> Int?) -> BatchColumn {
        .identifiers(map { row in index(row).map { Int64($0) + 1 } }, texts: [:])
    }
    func texts(_ text: (Element) -> String) -> BatchColumn { .texts(map { text($0) }) }
    func instants(_ instant: (Element) -> Int64?) -> BatchColumn { .instants(map { instant($0) }) }
    func scores(_ score: (Element) -> Int32?) -> BatchColumn { .scores(map { score($0) }) }
}
