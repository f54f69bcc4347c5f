/// The names from which those of made-up schools are put together.
enum SchoolNames {
    static let first = [
        "Aaliyah", "Adam", "Agnieszka", "Ahmet", "Aiko", "Åsa", "Amara", "Ana", "Anaïs", "Andrei", "Anjali",
        "Antônia", "Beatriz", "Ben", "Björn", "Carlos", "Chidi", "Chloé", "Daniel", "David", "Dilnoza", "Đorđe",
        "Élodie", "Emeka", "Emma", "Esra", "Fatima", "Felix", "Gökçe", "Grace", "Hana", "Héctor", "Hiroshi",
        "Ibrahim", "Ines", "Isla", "Ivana", "Jakub", "Jamal", "João", "José", "Kai", "Kateryna", "Kwame", "Lars",
        "Layla", "Leila", "Lena", "Liam", "Linh", "Łucja", "Lucía", "Mateo", "Maya", "Mei", "Mía", "Minh", "Mohammed",
        "Niamh", "Nikos", "Noah", "Nomvula", "Oğuz", "Olivia", "Omar", "Oskar", "Øyvind", "Priya", "Rania", "Ravi",
        "Rosa", "Sakura", "Samuel", "Sara", "Şebnem", "Siobhán", "Sofía", "Søren", "Tariq", "Tomáš", "Uche",
        "Valentina", "Viktor", "Wei", "Yara", "Yusuf", "Zoë", "Zuzana",
    ]
    static let last = [
        "Abdi", "Adeyemi", "Ahmadi", "Andersson", "Bakker", "Bauer", "Begum", "Björnsdóttir", "Brown", "Castro",
        "Çelik", "Chen", "Cohen", "Costa", "Dąbrowski", "d’Angelo", "Diallo", "Dubois", "Dvořák", "Eriksen",
        "Fernández", "Fischer", "Flores", "García", "Gonçalves", "Green", "Großmann", "Gupta", "Hansen", "Haddad",
        "Hernández", "Horvat", "Hughes", "Hussein", "Ibáñez", "Ivanova", "Jensen", "Johnson", "Kaya", "Khan", "Kim",
        "Kovács", "Kowalski", "Kumar", "Lefèvre", "López", "Mäkinen", "Martin", "Mbeki", "Mensah", "Meyer", "Müller",
        "Muñoz", "Murphy", "Nakamura", "Nguyễn", "Nilsson", "Novák", "Núñez", "O'Brien", "Okafor", "Østergaard",
        "Öztürk", "Papadopoulos", "Park", "Patel", "Peña", "Petrović", "Popescu", "Rahman", "Ramírez", "Rossi",
        "Şahin", "Saitō", "Schäfer", "Schmidt", "Shevchenko", "Silva", "Singh", "Smith", "Šimić", "Suzuki", "Tanaka",
        "Taylor", "Torres", "Tremblay", "van der Berg", "Walker", "Wang", "Williams", "Wójcik", "Yılmaz", "Zając",
        "Zhang",
    ]
    /// The core first, then what is offered for electives.
    static let subjects = [
        "Mathematics", "English", "Science", "History", "Physical Education", "Spanish", "French", "German", "Latin",
        "Mandarin", "Arabic", "Japanese", "Portuguese", "Turkish", "Italian", "Greek", "Sign Language",
        "Computer Science", "Robotics", "Statistics", "Economics", "Business Studies", "Engineering", "Astronomy",
        "Environmental Science", "Psychology", "Geography", "Law", "Media Studies", "Art", "Music", "Drama", "Dance",
        "Photography", "Design", "Creative Writing", "Philosophy", "Ethics", "Film", "Cooking",
    ]
    static let materials = [
        "Worksheet", "Quiz", "Practice test", "Reading", "Exercise", "Lesson check", "Drill", "Test",
    ]
    static let assignments = [
        "Essay", "Project", "Portfolio", "Lab report", "Presentation", "Book review", "Homework",
    ]

    /// A given name and a family name.
    static func person(_ chance: inout Chance) -> (first: String, last: String) {
        (chance.pick(first), chance.pick(last))
    }

    /// The name of a class: its subject, grade and parallel, and the school where there is more than one.
    static func schoolClass(_ index: Int, in layout: SchoolLayout) -> String {
        let column = layout.column(ofClass: index)
        let gradeOfAll = column / SchoolLayout.columnsPerGrade
        let name = subject(layout.subject(ofClass: index), in: layout)
        let parallel = ["a", "b", "c", "d"][column % SchoolLayout.columnsPerGrade]
        let text = "\(name) \(5 + gradeOfAll % gradesPerSchool)\(parallel)"
        return layout.columns > gradesPerSchool * SchoolLayout.columnsPerGrade
            ? "\(text), School \(gradeOfAll / gradesPerSchool + 1)" : text
    }

    /// The name of a subject. A small school offers the first electives of each slot.
    static func subject(_ index: Int, in layout: SchoolLayout) -> String {
        guard index >= SchoolLayout.coreSlots else { return subjects[index] }
        var (place, start) = (index - SchoolLayout.coreSlots, SchoolLayout.coreSlots)
        for slot in 0..<2 {
            guard place >= layout.electives(of: slot) else { break }
            place -= layout.electives(of: slot)
            start += SchoolLayout.mostElectives
        }
        return subjects[start + place]
    }

    private static let gradesPerSchool = 8
}
