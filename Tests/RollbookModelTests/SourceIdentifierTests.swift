import RollbookModel
import Testing

@Suite struct SourceIdentifierTests {
    @Test(arguments: [
        ("11391", SourceIdentifier.number(11391)), ("-5", .number(-5)), ("0", .number(0)), ("007", .text("007")),
        ("+5", .text("+5")), ("-0", .text("-0")), (" 5", .text(" 5")), ("5.0", .text("5.0")),
        ("9223372036854775807", .number(.max)), ("9223372036854775808", .text("9223372036854775808")),
        ("AAA-2013J", .text("AAA-2013J")), ("source:5", .text("5")), ("source:source:5", .text("source:5")),
        ("Source:5", .text("Source:5")), ("source:\u{301}x", .text("\u{301}x")), ("٥", .text("٥")),
        ("'; DROP TABLE students; --", .text("'; DROP TABLE students; --")),
    ])
    func aCanonicalWholeNumberIsAnIdAndAnythingElseAText(text: String, identifier: SourceIdentifier) {
        #expect(SourceIdentifier(parsing: text) == identifier)
    }

    @Test(arguments: ["", "source:"]) func refusesAnEmptyText(text: String) {
        #expect(SourceIdentifier(parsing: text) == nil)
    }

    @Test(arguments: [
        SourceIdentifier.number(5), .number(.min), .text("5"), .text("007"), .text("abc"), .text("source:abc"),
        .text("source:"),
        .text("9223372036854775808"), .text("\u{301}x"),
    ])
    func whatIsWrittenIsReadBack(identifier: SourceIdentifier) {
        #expect(SourceIdentifier(parsing: identifier.description) == identifier)
    }
}
