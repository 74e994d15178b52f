-- MySQL dump 10.13  Distrib 5.7.44, for Linux (x86_64)
-- Host: localhost    Database: cardbureau
-- Dump completed on 2026-10-31  2:00:07

DROP TABLE IF EXISTS `card_holder`;
CREATE TABLE `card_holder` (
  `warrant_number` int NOT NULL,
  `full_name` varchar(80) NOT NULL,
  `rank` varchar(20) DEFAULT NULL,
  `vetting_level` varchar(8) DEFAULT NULL,
  `chip_uid` char(14) DEFAULT NULL,
  `photo_file` varchar(40) DEFAULT NULL,
  `printed_on` date DEFAULT NULL,
  PRIMARY KEY (`warrant_number`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

INSERT INTO `card_holder` (`warrant_number`, `full_name`, `rank`, `vetting_level`, `chip_uid`, `photo_file`, `printed_on`) VALUES
(100101,'Ada Example','PC','RV','045014EF5ED720','100101.jpg','2026-09-14'),
(100102,'Ben Sample','PC','RV','0414E90B82285E','100102.jpg','2026-09-14'),
(100103,'Cora Specimen','PS','RV','04A7888B4A0914','100103.jpg','2026-09-14'),
(100104,'Dev Placeholder','DC','RV','0409ECFCD6A653','100104.jpg','2026-09-14'),
(100105,'Aoife Template','PC','RV','046FC62D5DCF3E','100105.jpg','2026-09-14'),
(100106,'Meera Quillwright','DS','MV','041FD31F6BF54E','100106.jpg','2026-09-14'),
(100107,'Kwame Pangram','PC','RV','04A18CCBA20248','100107.jpg','2026-09-14'),
(100108,'Agnieszka Brzoza','PC','RV','047D261E10AE9F','100108.jpg','2026-09-14'),
(100109,'Siân Stencil','Insp','MV','04C6C76E86BB80','100109.jpg','2026-10-05'),
(100110,'Renée Dummy','PC','SC','04B0FAC04676C4','100110.jpg','2026-10-05'),
(100111,'Seán O\'Fixture','DC','DV','04161B1DFB9629','100111.jpg','2026-10-05'),
(100112,'Tomasz Wzór','PC','CTC','048624A40C7D1E','100112.jpg','2026-10-05'),
(100113,'Ngozi Foxtrot','PS','SC','041948CD75045E','100113.jpg','2026-10-05'),
(100114,'Imran Testcase','DI','DV','045ABA6971EFAA','100114.jpg','2026-10-05'),
(100115,'Priya Lorem','PC','RV','04F4AF19296A1E','100115.jpg','2026-10-26'),
(100116,'Paweł Makieta','PC','RV','04FB9CB79FB0D5','100116.jpg','2026-10-26'),
(100117,'Zanele Drafter','PCSO','RV','04D2AB88C90958','100117.jpg','2026-10-26'),
(100118,'Harriet Mockup','Police Staff','MV','045D1F1EE837F4','100118.jpg','2026-10-26'),
(100119,'Arjun Ipsum','PS','RV','04C9D766BA5D3D','100119.jpg','2026-10-26'),
(100120,'Gwen Facsimile','CI','MV','04511CA1E8945B','100120.jpg','2026-10-26');
