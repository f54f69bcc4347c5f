import RollbookModel
import Testing

@testable import RollbookImport

/// Bytes in memory, handed out in pieces.
final class PieceSource: ByteSource {
    private let bytes: [UInt8]
    private let pieces: [Int]
    private var piece = 0
    private var position = 0

    var bytesRead: Int64 { Int64(position) }
    var bytesTotal: Int64? { Int64(bytes.count) }

    /// Hands out `pieces` bytes at a time, the last number again and again.
    init(_ bytes: [UInt8], pieces: [Int] = [.max]) {
        self.bytes = bytes
        self.pieces = pieces
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = min(buffer.count, bytes.count - position, pieces[min(piece, pieces.count - 1)])
        buffer.copyBytes(from: bytes[position..<position + count])
        position += count
        piece += 1
        return count
    }
}

@Suite struct CSVReaderTests {
    /// What a reader finds: the line of each record, and its fields or its defect.
    struct Found: Equatable {
        var line: Int64
        var fields: [String] = []
        var defect: CSVDefect?
    }

    private func read(_ bytes: [UInt8], pieces: [Int] = [.max], bufferSize: Int = 1 << 12) throws -> [Found] {
        let reader = CSVReader(PieceSource(bytes, pieces: pieces), bufferSize: bufferSize)
        var found: [Found] = []
        while try reader.advance() {
            if let defect = reader.defect {
                found.append(Found(line: reader.line, defect: defect))
            } else {
                let fields = (0..<reader.fieldCount).map { String(decoding: reader[$0], as: UTF8.self) }
                found.append(Found(line: reader.line, fields: fields))
            }
        }
        return found
    }

    private func read(_ text: String) throws -> [Found] { try read(Array(text.utf8)) }

    private static let awkward =
        "\u{FEFF}id,name\r\n1,\"a,\"\"b\"\"\r\nc\"\n\n\"\",é\r\n2,x\"y\n3,\"z\" \n4,,\"\"\n5,\"last\"\"\""

    @Test func fieldsKeepCommasLineEndsAndQuotes() throws {
        #expect(
            try read(Self.awkward) == [
                Found(line: 1, fields: ["id", "name"]), Found(line: 2, fields: ["1", "a,\"b\"\r\nc"]),
                Found(line: 4, fields: [""]), Found(line: 5, fields: ["", "é"]), Found(line: 6, defect: .quotes),
                Found(line: 7, defect: .quotes), Found(line: 8, fields: ["4", "", ""]),
                Found(line: 9, fields: ["5", "last\""]),
            ])
    }

    @Test func whereTheBufferEndsChangesNothing() throws {
        let bytes = Array(Self.awkward.utf8)
        let whole = try read(bytes)
        for cut in 1..<bytes.count {
            #expect(try read(bytes, pieces: [cut, 1, .max], bufferSize: 16) == whole, "cut after \(cut) bytes")
        }
        #expect(try read(bytes, pieces: [1], bufferSize: 16) == whole)
    }

    @Test(arguments: 0..<200) func whatIsWrittenIsReadBack(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let alphabet: [Character] = ["a", "1", ",", "\"", "\n", "\r", " ", "é", "字", "😀", ";", "\t"]
        let table = (0..<Int.random(in: 1...20, using: &random)).map { _ in
            (0..<Int.random(in: 2...5, using: &random)).map { _ in
                String(
                    (0..<Int.random(in: 0...12, using: &random)).map { _ in
                        alphabet.randomElement(using: &random) ?? "a"
                    })
            }
        }
        let lineEnd = Bool.random(using: &random) ? "\n" : "\r\n"
        var text = table.map { $0.map(Self.escaped).joined(separator: ",") }.joined(separator: lineEnd)
        if Bool.random(using: &random) { text += lineEnd }
        let pieces = [Int.random(in: 1...7, using: &random)]
        let found = try read(Array(text.utf8), pieces: pieces, bufferSize: 16)
        #expect(found.map(\.fields) == table)
        #expect(found.allSatisfy { $0.defect == nil })
        var line: Int64 = 1
        for (record, fields) in zip(found, table) {
            #expect(record.line == line)
            line += 1 + Int64(fields.joined().utf8.count { $0 == 0x0A })
        }
    }

    private static func escaped(_ field: String) -> String {
        let isPlain = !field.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
        return isPlain ? field : "\"" + field.replacing("\"", with: "\"\"") + "\""
    }

    @Test func aMissingClosingQuoteCostsOneLine() throws {
        #expect(
            try read("a,b\n1,\"x\n2,y\n3,z\n") == [
                Found(line: 1, fields: ["a", "b"]), Found(line: 2, defect: .quotes),
                Found(line: 3, fields: ["2", "y"]),
                Found(line: 4, fields: ["3", "z"]),
            ])
    }

    @Test func badBytesAreFoundWithTheirField() throws {
        let bytes = Array("a,".utf8) + [0xFF, 0x0A] + Array("b\0,c\nd,e\rf\n".utf8)
        #expect(
            try read(bytes) == [
                Found(line: 1, defect: .encoding(1)), Found(line: 2, defect: .nul(0)),
                Found(line: 3, defect: .carriageReturn),
            ])
    }

    @Test func longFieldsAndRecordsAreFoundAndPassed() throws {
        let field = String(repeating: "x", count: CSVReader.longestField + 1)
        let record = String(repeating: "y", count: CSVReader.longestRecord * 2)
        let text = "a,\(field)\n\(record)\nb,\"\(record)\n1,2\n"
        #expect(
            try read(text) == [
                Found(line: 1, defect: .longField(1)), Found(line: 2, defect: .longRecord),
                Found(line: 3, defect: .longRecord), Found(line: 4, fields: ["1", "2"]),
            ])
    }

    @Test func aRejectedRecordIsKeptAsItStood() throws {
        let reader = CSVReader(PieceSource(Array("1,\"a\"\"b\"\r\n2,\"x\r\n".utf8)))
        _ = try reader.advance()
        #expect(reader.recordText == "1,\"a\"\"b\"")
        _ = try reader.advance()
        #expect(reader.recordText == "2,\"x")
    }

    @Test func nothingHoldsNoRecords() throws {
        #expect(try read("") == [])
        #expect(try read("\u{FEFF}") == [])
    }
}

/// Random numbers that are the same for the same seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
