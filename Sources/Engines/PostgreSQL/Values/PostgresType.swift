import CLibPQ
import RollbookModel

/// The numbers that PostgreSQL's catalogue gives its types, and where its calendar begins.
enum PostgresType {
    static let bool: Oid = 16
    static let name: Oid = 19
    static let int8: Oid = 20
    static let int2: Oid = 21
    static let int4: Oid = 23
    static let text: Oid = 25
    static let float4: Oid = 700
    static let float8: Oid = 701
    static let bpchar: Oid = 1042
    static let varchar: Oid = 1043
    static let date: Oid = 1082
    static let timestamp: Oid = 1114
    static let timestamptz: Oid = 1184
    static let numeric: Oid = 1700

    /// Days from 1970-01-01 to 2000-01-01, from which PostgreSQL counts.
    static let epochDays: Int32 = 10_957
    /// Microseconds from 1970 to 2000.
    static let epochMicroseconds: Int64 = 946_684_800_000_000
}

extension [UInt8] {
    /// Appends a number, its highest byte first.
    mutating func append(bigEndian number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    /// Appends a `numeric`: digits to the base of 10,000, those of the fraction on the right of the weight 0.
    mutating func append(numeric decimal: FixedDecimal) {
        // Filled up to a whole number of digits behind the point.
        let padding = (4 - decimal.scale % 4) % 4
        let fractionDigits = (decimal.scale + padding) / 4
        var digits: [UInt16] = []
        var (rest, lowest) = decimal.units.magnitude.quotientAndRemainder(dividingBy: powersOfTen[4 - padding])
        digits.append(UInt16(lowest * powersOfTen[padding]))
        while rest > 0 {
            (rest, lowest) = rest.quotientAndRemainder(dividingBy: 10_000)
            digits.append(UInt16(lowest))
        }
        append(bigEndian: Int16(digits.count))
        append(bigEndian: Int16(digits.count - fractionDigits - 1))
        append(bigEndian: UInt16(decimal.units < 0 ? 0x4000 : 0))
        append(bigEndian: Int16(decimal.scale))
        for digit in digits.reversed() { append(bigEndian: digit) }
    }
}

/// 10 to the powers 0...18, all that an `Int64` holds.
let powersOfTen: [UInt64] = (0...18).map { (0..<$0).reduce(1) { power, _ in power * 10 } }
