import CLibPQ
import RollbookModel
import RollbookStore

extension PostgresWire {
    /// Copies a block's rows into a table.
    func copy(_ block: ColumnBlock, on connection: OpaquePointer) throws {
        let table = block.table.replacing("\"", with: "\"\"")
        guard PQsendQuery(connection, "COPY \"\(table)\" FROM STDIN (FORMAT binary)") == 1 else { throw lost() }
        try flush()
        guard let answer = try nextResult() else { throw lost() }
        if answer.status == PGRES_COPY_IN { try send(block, on: connection) }
        var failure = answer.failure
        while let result = try nextResult() { failure = failure ?? result.failure }
        if let failure { throw PQstatus(connection) == CONNECTION_OK ? failure.error(interruption) : lost(failure) }
    }

    /// A stop ends the rows at the next piece: the server then refuses all of them.
    private func send(_ block: ColumnBlock, on connection: OpaquePointer) throws {
        var rows = CopyRows(block)
        while interruption == nil, let piece = rows.next() {
            let sent = piece.withUnsafeBytes { bytes in
                PQputCopyData(connection, bytes.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count))
            }
            guard sent == 1 else { throw lost() }
            try flush()
            checkStop()
        }
        guard PQputCopyEnd(connection, interruption == nil ? nil : "stopped") == 1 else { throw lost() }
        try flush()
    }
}
