import RollbookModel
import RollbookStore

/// A column block in the binary form of PostgreSQL's COPY, piece by piece, so that memory stays bounded.
struct CopyRows {
    private let block: ColumnBlock
    private var row = 0
    private var isFinished = false

    /// A piece is sent when it has grown to this many bytes.
    private static let pieceSize = 1 << 18
    private static let header: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0] + Array(repeating: 0, count: 8)

    init(_ block: ColumnBlock) { self.block = block }

    /// The next piece, or nil behind the last.
    mutating func next() -> [UInt8]? {
        guard !isFinished else { return nil }
        var bytes = row == 0 ? Self.header : []
        bytes.reserveCapacity(Self.pieceSize + 4096)
        while row < block.count, bytes.count < Self.pieceSize {
            bytes.append(bigEndian: Int16(block.columns.count))
            for column in block.columns { column.append(row, to: &bytes) }
            row += 1
        }
        if row == block.count {
            bytes.append(bigEndian: Int16(-1))
            isFinished = true
        }
        return bytes
    }
}

extension ColumnBlock.Column {
    /// Appends the value of a row: its length and its bytes, or -1 where there is none.
    func append(_ row: Int, to bytes: inout [UInt8]) {
        switch self {
        case .constant(let number): Self.append(number, to: &bytes)
        case .numbers(let values): Self.append(values[row], to: &bytes)
        case .optionalNumbers(let values), .batch(.identifiers(let values, texts: _)):
            Self.append(values[row], to: &bytes)
        case .sparseTexts(let texts): Self.append(texts[row], to: &bytes)
        case .batch(.texts(let values)): Self.append(values[row], to: &bytes)
        case .batch(.booleans(let values)): Self.append(values[row].map { UInt8($0 ? 1 : 0) }, to: &bytes)
        case .batch(.dates(let values)): Self.append(values[row].map { $0 &- PostgresType.epochDays }, to: &bytes)
        case .batch(.instants(let values)):
            Self.append(values[row].map { $0 &- PostgresType.epochMicroseconds }, to: &bytes)
        case .batch(.scores(let values)):
            guard let hundredths = values[row] else { return bytes.append(bigEndian: Int32(-1)) }
            let start = bytes.count
            bytes.append(bigEndian: Int32(0))
            bytes.append(numeric: FixedDecimal(units: Int64(hundredths), scale: 2))
            let length = Int32(bytes.count - start - 4)
            withUnsafeBytes(of: length.bigEndian) { bytes.replaceSubrange(start..<start + 4, with: $0) }
        }
    }

    private static func append<T: FixedWidthInteger>(_ number: T?, to bytes: inout [UInt8]) {
        guard let number else { return bytes.append(bigEndian: Int32(-1)) }
        bytes.append(bigEndian: Int32(MemoryLayout<T>.size))
        bytes.append(bigEndian: number)
    }

    private static func append(_ text: String?, to bytes: inout [UInt8]) {
        guard let text else { return bytes.append(bigEndian: Int32(-1)) }
        bytes.append(bigEndian: Int32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }
}
