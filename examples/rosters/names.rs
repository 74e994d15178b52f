//! Given and family names of twelve origins, as people of a British roster bear them. The pairs are drawn at random: nobody is meant.
//! It must not use the library.

/// Names of one origin.
#[derive(Debug)]
pub struct Origin {
    /// Which.
    pub title: &'static str,
    /// Given names, parted by commas.
    pub given: &'static str,
    /// Family names, parted by commas; particles belong to them.
    pub family: &'static str,
}

/// All of them.
pub const ORIGINS: &[Origin] = &[
    Origin {
        title: "English",
        given: "James,Oliver,Harry,Thomas,George,William,Edward,Henry,Samuel,Daniel,Matthew,Simon,Nigel,Clive,Sarah,Emily,\
Charlotte,Jessica,Lucy,Hannah,Victoria,Rebecca,Alison,Gillian,Harriet,Anne-Marie,Mary-Kate,Zoë,Chloë",
        family: "Ashworth,Barker,Bennett,Chapman,Clarke,Cooper,Fairhurst,Featherstone,Fletcher,Hardcastle,Harrison,Hawkins,Holmes,\
Hughes-Barton,Jackson,Johnson,Marshall,Mitchell,Parker,Pearce,Phillips,Ramsbottom,Richardson,Robinson,Rowbotham,Saunders,\
Shaw,Simpson,Smith,Smith-Jones,Spencer,Taylor,Thistlethwaite,Thompson,Turner,Walker,Watson,Webb,Wilson,Wright,Brontë,\
Fitzgerald,Sackville-West",
    },
    Origin {
        title: "Scottish",
        given: "Alasdair,Angus,Callum,Hamish,Iain,Ewan,Fergus,Gregor,Lachlan,Malcolm,Murdo,Ruaridh,Struan,Fraser,Douglas,Morag,\
Eilidh,Catriona,Mairi,Fiona,Isla,Kirsty,Shona,Ailsa,Iona,Rhona,Beathag,Seonaid,Mòrag",
        family: "Abercrombie,Baird,Buchanan,Cameron,Campbell,Carmichael,Colquhoun,Cunningham,Dalgleish,Drummond,Farquhar,Farquharson,\
Ferguson,Galbraith,Gallacher,Gilchrist,Henderson,Johnstone,Kirkpatrick,Lamont,MacAskill,MacDonald,MacGregor,MacInnes,MacKay,\
MacKenzie,MacLean,MacLeod,MacNeil,McAllister,McBride,McDougall,McIntosh,McTavish,Menzies,Moncrieff,Ogilvie,Rutherford,\
Sinclair,Stewart,Sutherland,Urquhart,Wemyss",
    },
    Origin {
        title: "Welsh",
        given: "Rhys,Dylan,Gareth,Huw,Ieuan,Owain,Emrys,Geraint,Gethin,Iestyn,Llewelyn,Meirion,Tomos,Siôn,Ifan,Carys,Bronwen,\
Angharad,Megan,Nia,Siân,Ffion,Gwenllian,Eirlys,Lowri,Mererid,Nerys,Rhiannon,Cerys,Tegwen",
        family: "ap Gwilym,ap Rhys,Beddoe,Bevan,Bowen,Cadogan,Cadwallader,Davies,Edwards,Evans,Eynon,Ffoulkes,Gethin,Gittins,Griffiths,\
Gwilliam,Gwynne,Howells,Hughes,Jenkins,Jones,Kyffin,Lewis,Llewellyn,Lloyd,Maddocks,Meredith,Morgan,Mostyn,Nanney,Owen,Parry,\
Penry,Powell,Price,Pritchard,Probert,Prosser,Prothero,Pugh,Rees,Rhydderch,Roberts,Thomas,Trahearne,Tudor,Vaughan,Williams,\
Wynne,Lloyd-Jones",
    },
    Origin {
        title: "Irish",
        given: "Seán,Patrick,Declan,Cormac,Eoin,Pádraig,Séamus,Tadhg,Ruairí,Conor,Brendan,Cathal,Diarmuid,Donal,Fintan,Siobhán,\
Niamh,Aoife,Róisín,Sinéad,Orla,Gráinne,Ciara,Bríd,Caoimhe,Deirdre,Fionnuala,Máire,Clodagh",
        family: "Brennan,Byrne,Callaghan,Cosgrave,Coughlan,Delaney,Devlin,Doherty,Donnelly,Doyle,Fitzpatrick,Gallagher,Geraghty,Healy,\
Kavanagh,Keane,Kelleher,Kennedy,Mac Giolla,McCarthy,McGuinness,McLaughlin,McMahon,Mulcahy,Murphy,Nolan,Ní Bhriain,O'Brien,\
O'Connor,O'Donnell,O'Keeffe,O'Leary,O'Malley,O'Neill,O'Reilly,O'Shea,O'Sullivan,Ó Briain,Ó Súilleabháin,Quinn,Rafferty,Ryan,\
Sheehan,Tierney,Walsh",
    },
    Origin {
        title: "Polish",
        given: "Piotr,Paweł,Tomasz,Krzysztof,Marek,Jakub,Wojciech,Łukasz,Grzegorz,Zbigniew,Mateusz,Michał,Stanisław,Jarosław,\
Sławomir,Agnieszka,Katarzyna,Małgorzata,Zofia,Ewa,Bożena,Danuta,Grażyna,Joanna,Magdalena,Wioletta,Żaneta,Jadwiga,Elżbieta",
        family: "Nowak,Kowalski,Kowalska,Wiśniewski,Wiśniewska,Wójcik,Kowalczyk,Kamiński,Kamińska,Lewandowski,Zieliński,Zielińska,\
Szymański,Woźniak,Dąbrowski,Dąbrowska,Kozłowski,Jankowski,Mazur,Kwiatkowski,Krawczyk,Kaczmarek,Piotrowski,Grabowski,\
Zając,Pawłowski,Michalski,Król,Wieczorek,Jabłoński,Wróbel,Nowakowski,Majewski,Olszewski,Stępień,Malinowski,Jaworski,\
Adamczyk,Dudek,Nowicki,Pawlak,Górski,Witkowski,Sikora,Baran,Szczepański",
    },
    Origin {
        title: "Romanian",
        given: "Andrei,Alexandru,Mihai,Ionuț,Gheorghe,Vasile,Nicolae,Cristian,Bogdan,Răzvan,Ștefan,Florin,Marius,Cătălin,Dragoș,\
Elena,Ioana,Maria,Ana-Maria,Mihaela,Andreea,Cristina,Gabriela,Simona,Roxana,Mădălina,Raluca,Oana,Anca,Ecaterina",
        family: "Popescu,Ionescu,Popa,Radu,Dumitru,Stan,Stoica,Gheorghe,Matei,Ciobanu,Rusu,Munteanu,Constantin,Marin,Lazăr,Dinu,\
Florea,Dobre,Bălan,Moldovan,Ungureanu,Cojocaru,Nistor,Tudor,Barbu,Toma,Nica,Oprea,Voicu,Enache,Manole,Dragomir,Petrescu,\
Georgescu,Diaconu,Șerban,Țăranu,Bucur,Vasilescu,Iordache,Călinescu,Mocanu,Sârbu,Grigorescu",
    },
    Origin {
        title: "Punjabi",
        given: "Harpreet,Gurpreet,Manjit,Jaswinder,Balbir,Simran,Navdeep,Amarjit,Ranjit,Sukhdev,Imran,Tariq,Asif,Bilal,Hamza,Zain,\
Faisal,Usman,Adnan,Aisha,Fatima,Zainab,Samina,Shabana,Rukhsana,Nadia,Saima,Farzana,Kulwinder,Parminder",
        family: "Singh,Kaur,Gill,Sandhu,Dhillon,Grewal,Bains,Sidhu,Atwal,Dhaliwal,Johal,Khaira,Sahota,Sangha,Uppal,Virk,Khan,Ahmed,\
Hussain,Akhtar,Chaudhry,Malik,Iqbal,Shah,Mahmood,Qureshi,Siddiqui,Butt,Mirza,Bashir,Rafiq,Aslam,Javed,Nawaz,Rehman,Shafiq,\
Yaqoob,Zaman,Cheema,Bhatti,Rana,Janjua,Awan,Dar",
    },
    Origin {
        title: "Gujarati",
        given: "Amit,Anil,Bhavesh,Chirag,Dhaval,Hitesh,Jayesh,Ketan,Mahesh,Nilesh,Pritesh,Rajesh,Sanjay,Vikram,Yogesh,Anjali,\
Bhavna,Deepa,Hetal,Jignesh,Kavita,Meera,Nisha,Priya,Rupal,Sunita,Trupti,Vaishali,Lakshmi,Raghavendra",
        family: "Patel,Shah,Mehta,Desai,Joshi,Trivedi,Bhatt,Pandya,Parmar,Solanki,Chauhan,Rathod,Vaghela,Gohil,Thakkar,Amin,Parekh,Gandhi,\
Kapadia,Modi,Doshi,Vyas,Dave,Raval,Chavda,Makwana,Prajapati,Panchal,Mistry,Suthar,Sharma,Gupta,Kapoor,Nair,Menon,Iyer,Reddy,\
Raghunathan,Venkataraman,Krishnamurthy,Subramanian,D'Souza,Kulkarni,Deshpande",
    },
    Origin {
        title: "Bengali",
        given: "Abdul,Mohammed,Shafiqul,Rafiqul,Aminur,Habibur,Mizanur,Nazrul,Jahangir,Kamal,Anwar,Babul,Shahin,Sumon,Tanvir,\
Subrata,Debashis,Sourav,Nasrin,Sultana,Rumana,Shirin,Taslima,Ayesha,Farida,Monowara,Rehana,Jesmin,Ananya,Sharmila",
        family: "Rahman,Miah,Chowdhury,Uddin,Islam,Begum,Khatun,Hossain,Ali,Alam,Haque,Karim,Sarkar,Talukdar,Mondal,Biswas,Das,Dutta,\
Ghosh,Sen,Roy,Banerjee,Mukherjee,Chatterjee,Bhattacharya,Ganguly,Bose,Mitra,Saha,Paul,Majumdar,Nandi,Bhuiyan,Sikdar,Khandaker,\
Mollah,Howlader,Bepari,Matubbar,Akter,Ullah,Jahan,Quddus,Mazumder",
    },
    Origin {
        title: "West African",
        given: "Kwame,Kofi,Kojo,Yaw,Kwabena,Ama,Abena,Akua,Efua,Adwoa,Chinedu,Emeka,Ifeanyi,Obinna,Nnamdi,Ngozi,Chioma,Adaeze,\
Amara,Tunde,Segun,Femi,Kehinde,Folake,Yetunde,Bola,Oluwaseun,Temitope,Uchenna,Chukwuemeka",
        family: "Okafor,Adeyemi,Okonkwo,Eze,Nwosu,Balogun,Olawale,Adebayo,Ogunleye,Abiola,Mensah,Owusu,Boateng,Asante,Appiah,Osei,Agyeman,\
Amoah,Ansah,Antwi,Asamoah,Acheampong,Danquah,Frimpong,Gyamfi,Nkrumah,Ofori,Opoku,Quaye,Sarpong,Tetteh,Yeboah,Addo,Adjei,\
Nwachukwu,Onyekachi,Obi,Ibekwe,Chukwu,Afolabi,Akinyemi,Ogunbanjo,Oyelaran,Olatunji,Babatunde",
    },
    Origin {
        title: "Chinese",
        given: "Wei,Jun,Ming,Xin,Li,Mei,Ling,Hui,Yan,Jia,Xiaoming,Xiaohong,Jianguo,Zhiyuan,Yifan,Haoran,Zihan,Yuxuan,Ka-wai,Wing-kei,\
Siu-fung,Chi-ming,Mei-ling,Kwok-wah,Hiu-yan,Tsz-ching,Guoqiang,Lihua,Meifang,Shuying",
        family: "Wang,Li,Zhang,Liu,Chen,Yang,Huang,Zhao,Wu,Zhou,Xu,Sun,Ma,Zhu,Hu,Guo,He,Lin,Gao,Luo,Zheng,Liang,Xie,Song,Tang,Deng,Feng,\
Cao,Peng,Zeng,Xiao,Tian,Dong,Pan,Yuan,Cai,Jiang,Chan,Wong,Cheung,Leung,Lam,Kwok,Tsang,Ng,Yip,Au-Yeung,Szeto,Ouyang",
    },
    Origin {
        title: "Turkish and Arabic",
        given: "Mehmet,Mustafa,Emre,Oğuz,Çağlar,Burak,Serkan,Ümit,Hakan,Ayşe,Zeynep,Elif,Gülşen,Özlem,Şeyma,Samir,Tarek,Khaled,\
Youssef,Karim,Hassan,Omar,Rania,Leila,Salma,Noor,Yasmin,Hanan,Abd-al-Rahman,Mahmoud",
        family: "Demir,Yılmaz,Kaya,Çelik,Özdemir,Aydın,Şahin,Yıldız,Öztürk,Arslan,Doğan,Kılıç,Aslan,Çetin,Kara,Koç,Kurt,Özkan,Şimşek,\
Polat,Erdoğan,Karataş,Güneş,Haddad,Khoury,Nasser,El-Sayed,Al-Hashimi,Ben Salah,Abdel Rahman,Al Mansour,El Amrani,Benali,\
Bouzid,Darwish,Fawzi,Ghanem,Halabi,Ibrahim,Jaber,Kassem,Mansour,Najjar,Qasim,Saleh,Shaheen,Tawfik,Zidan",
    },
];
