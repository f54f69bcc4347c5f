import RollbookModel

/// Writes records as lines of canonical CSV: RFC 4180 with line feeds, what is missing as an empty field.
struct RecordLineEncoder {
    private(set) var bytes: [UInt8] = []
    /// Most records stand beside records of the same date.
    private var lastDate: (day: Int32, text: [UInt8]) = (0, Array("1970-01-01".utf8))

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func appendHeader(of table: RecordTable) {
        bytes.append(contentsOf: table.columns.map(\.name).joined(separator: ",").utf8)
        bytes.append(UInt8(ascii: "\n"))
    }

    mutating func append(_ batch: RecordBatch) {
        for row in 0..<batch.count {
            for column in batch.columns.indices {
                if column > 0 { bytes.append(UInt8(ascii: ",")) }
                append(batch.columns[column], row)
            }
            bytes.append(UInt8(ascii: "\n"))
        }
    }

    private mutating func append(_ column: BatchColumn, _ row: Int) {
        switch column {
        case .identifiers(let numbers, let texts):
            if let number = numbers[row] { append(number) } else if let text = texts[row] { append(identifier: text) }
        case .texts(let texts):
            if let text = texts[row] { append(text: text) }
        case .booleans(let values):
            if let value = values[row] { bytes.append(contentsOf: (value ? "true" : "false").utf8) }
        case .dates(let days):
            if let day = days[row] { append(day: day) }
        case .instants(let instants):
            if let instant = instants[row] { append(instant: instant) }
        case .scores(let scores):
            if let score = scores[row] { append(score: score) }
        }
    }

    /// A text id is marked where it would be read as a number, or as a mark.
    private mutating func append(identifier text: String) {
        let isMarked = text.hasPrefix("source:")
        append(text: isMarked ? "source:" + text : SourceIdentifier.text(text).description)
    }

    private mutating func append(text: String) {
        let needsQuotes = text.utf8.contains {
            $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
        }
        // Blanks at an end would be lost to readers that trim.
        guard needsQuotes || text.utf8.first == UInt8(ascii: " ") || text.utf8.last == UInt8(ascii: " ") else {
            bytes.append(contentsOf: text.utf8)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(_ number: Int64) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        // The last digit is found first: they are put into place from the end.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var first = digits.count
            var rest = number.magnitude
            repeat {
                first -= 1
                digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[first...]))
        }
    }

    private mutating func append(day: Int32) {
        if day != lastDate.day {
            lastDate = (day, Array(CalendarDate(daysSinceEpoch: day).description.utf8))
        }
        bytes.append(contentsOf: lastDate.text)
    }

    /// `YYYY-MM-DDThh:mm:ssZ`, with a fraction only when there is one.
    private mutating func append(instant microseconds: Int64) {
        let instant = Instant(microsecondsSinceEpoch: microseconds)
        let date = instant.utcDate
        guard microseconds % 1_000_000 == 0 else {
            bytes.append(contentsOf: instant.description.utf8)
            return
        }
        let second = Int(instant.secondsSinceEpoch - Int64(date.daysSinceEpoch) * 86_400)
        append(day: date.daysSinceEpoch)
        bytes.append(UInt8(ascii: "T"))
        appendTwoDigits(second / 3600)
        bytes.append(UInt8(ascii: ":"))
        appendTwoDigits(second / 60 % 60)
        bytes.append(UInt8(ascii: ":"))
        appendTwoDigits(second % 60)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// Points without trailing zeros: `85.5`, `100`.
    private mutating func append(score: Int32) {
        append(Int64(score / 100))
        let hundredths = Int(score % 100)
        guard hundredths > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        appendTwoDigits(hundredths)
        if hundredths % 10 == 0 { bytes.removeLast() }
    }

    private mutating func appendTwoDigits(_ number: Int) {
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10))
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }
}
